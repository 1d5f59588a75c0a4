Feature: Chat and the other namespaces
  Every type of the specification reaches the other side as it was sent (chapters 5 to 7).

  Background:
    Given an innocent pair that relays
    And a paired phone and agent

  @CHAT-01 @MUST
  Scenario Outline: From the phone to the agent: <type>
    When the phone sends a <type> message
    Then the agent receives it byte for byte

    Examples:
      | type         |
      | chat.send    |
      | chat.history |

  @CHAT-02 @MUST
  Scenario Outline: From the agent to the phone: <type>
    When the agent sends a <type> message
    Then the phone receives it byte for byte

    Examples:
      | type                |
      | chat.stream         |
      | chat.done           |
      | chat.tool_status    |
      | chat.history.result |

  @CHAT-03 @MUST
  Scenario Outline: An error that the <sender> makes is the <receiver>'s to read
    When the <sender> sends a chat.error message
    Then the <receiver> receives it byte for byte

    Examples:
      | sender | receiver |
      | phone  | agent    |
      | agent  | phone    |

  @EXT-01 @MUST
  Scenario Outline: A request from the phone: <type>
    When the phone sends a <type> message
    Then the agent receives it byte for byte

    Examples:
      | type           |
      | agent.list     |
      | agent.create   |
      | agent.update   |
      | agent.delete   |
      | group.list     |
      | group.messages |
      | group.send     |
      | memory.search  |
      | system.status  |

  @EXT-02 @MUST
  Scenario Outline: A result from the agent: <type>
    When the agent sends a <type> message
    Then the phone receives it byte for byte

    Examples:
      | type                  |
      | agent.list.result     |
      | agent.result          |
      | group.list.result     |
      | group.messages.result |
      | group.message         |
      | memory.search.result  |
      | system.status.result  |

  @EXT-03 @MUST
  Scenario Outline: Files go both ways: from the <sender>
    When the <sender> sends a file.chunk message
    Then the <receiver> receives it byte for byte

    Examples:
      | sender | receiver |
      | phone  | agent    |
      | agent  | phone    |

  @KEX-01 @MUST
  Scenario Outline: A public key goes both ways: from the <sender>
    When the <sender> sends a key_exchange message
    Then the <receiver> receives it byte for byte

    Examples:
      | sender | receiver |
      | phone  | agent    |
      | agent  | phone    |

  @ENV-13 @ENV-21 @KEX-03 @MUST
  Scenario Outline: An encrypted payload is forwarded as any other: <type>
    When the <sender> sends
      """
      {"v":1,"type":"<type>","id":"<id>","ts":<ts>,"payload":{"enc":true,"ciphertext":"q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ","nonce":"AAECAwQFBgcICQoL"}}
      """
    Then the <receiver> receives it byte for byte

    Examples:
      | type          | sender | receiver |
      | chat.send     | phone  | agent    |
      | chat.stream   | agent  | phone    |
      | memory.search | phone  | agent    |

  @KEX-04 @MUST
  Scenario: A payload shows nowhere but at the peer
    When the phone sends a chat.send message with a canary in it
    Then the agent receives it byte for byte
    When somebody asks GET /health
    And somebody asks GET /api/v1/pair/{token}
    And the phone sends a chat.done message with a canary in it
    Then the phone is answered INVALID_MESSAGE
    And the canary shows nowhere but at the agent

  @CHAT-09 @MUST
  Scenario: A token of an answer is not held back for the next
    Then each of the agent's chat.stream messages arrives before the next is sent, without delay

  @ENV-13 @KEX-03 @KEX-04 @MUST
  Scenario: Two peers exchange keys and talk, and only they can read it
    When the phone and the agent exchange keys
    Then the phone opens 3 answers in parts to what it asks the agent, and nobody else could
    When somebody asks GET /health
    And somebody asks GET /api/v1/pair/{token}
    And the phone sends a chat.done message
    Then the phone is answered INVALID_MESSAGE
    And the canary shows nowhere

  @ENV-13 @ENV-21 @KEX-03 @MUST
  Scenario Outline: The sealed messages of the vectors pass as they are: <what>
    When the <sender> sends
      """
      {"v":1,"type":"<type>","id":"<id>","ts":<ts>,"payload":<payload>}
      """
    Then the <receiver> receives it byte for byte

    Examples:
      | what | sender | receiver | type | payload |
      | chat.send-plain | phone | agent | chat.send | {"enc":true,"ciphertext":"2o+YV49VLFpDMTi/HhmybWr5E15TvbALjWvxtoOPpZOtzHiAVa03hrjx2za5AIXxS/np1fnN7hMv","nonce":"Zvx8dvKRUPcHHi7R"} |
      | chat.send-unicode | phone | agent | chat.send | {"enc":true,"ciphertext":"c4BpfBoyQfKER+30yxH3V2zL8o9Cn8S+jcHv/6ggMUnrbgPu2IRFIfNNuwotUPcexXswPy1tzuptRk8CMRaY45gERWJFUnYgbUk7QXw3oz8yWmP+XB457cVvNl3b14uEyCTD1WCwOctmDm00W5DLmA==","nonce":"Ea21JZuGDcs/6cF3"} |
      | chat.send-attachment | phone | agent | chat.send | {"enc":true,"ciphertext":"q2KyR/kLe6f9yR9CG77ZgAZ6oLpT4rE8BtQG6L2qW1xAC6e4FdhQaFXCy4dd5KEcC/5PGhA9GxoB/+XWN/cx6TENZfTI64He+8U44pSGb8i6XVS7qJHTmfTOxP5kEU5jxujifmEb1DFO22FfwP9eoXIp/mL1KI9KRBI3jn4DXatqzCChBtSzZva46HvIVXR45g==","nonce":"Sf/zhLBwbtgyYpzg"} |
      | chat.send-white-space | phone | agent | chat.send | {"enc":true,"ciphertext":"bF7Ti0Eqk2U/T7zNPySY+BRBem0WekZ929khHj1/sohJc+KMbf9MWJWUANVccgdMm51PkjEy4kGscw8=","nonce":"wi+p6UVz9NsM7B2i"} |
      | chat.stream-first | agent | phone | chat.stream | {"enc":true,"ciphertext":"bCEtFPWkhppz+5F8vchBNDiU9/kBZlTdPepuzugVCrUW8bgJZ5zUdpjI","nonce":"smgfVjKzEZvlJITg"} |
      | chat.stream-second | agent | phone | chat.stream | {"enc":true,"ciphertext":"ym3WBumZgqLnxvdJNFya8POnvGyhDhycZvKhR+JwytzrGcFifz8n2JOg","nonce":"5OI8U0qlotljBZu8"} |
      | chat.stream-empty | agent | phone | chat.stream | {"enc":true,"ciphertext":"l4WKmpurzvKPoRoq1vEpymAj2kEWsY4Wbzd15jvxzTr2LJeV","nonce":"ER65OfvvQS4ZN95g"} |
      | chat.done-plain | agent | phone | chat.done | {"enc":true,"ciphertext":"O67yjJfj5aBNC0VF5q0HNY3ypdDWInFo8mYlu7/Ovi/bs3QMgZUkb1RtKow=","nonce":"7GpwhdHkTsdCLiR9"} |
      | chat.done-usage | agent | phone | chat.done | {"enc":true,"ciphertext":"4+AcgRagryLipANjTXC9Z1lez71TUOnpX78g9fCPUODNWDyZ7pfkClCz6YplGsnZ1yTnb/CZNTJ1iS3p87EKSvbGgn9SJvz2zGqyr90TDQdtJ5kd9bE+fvGd7wwVxA==","nonce":"PYhoG+A02F7shNNI"} |
      | agent.list-shortest | phone | agent | agent.list | {"enc":true,"ciphertext":"pkzucPZ451QnDMfW/pjsWZcP","nonce":"1Wv20PapYzwJGF5g"} |
