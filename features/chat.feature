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

  @KEX-02 @KEX-03 @MUST
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
