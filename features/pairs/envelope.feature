Feature: Envelope
  The form of messages: what is refused, what is forwarded, and that it is forwarded untouched (chapter 3).

  Background:
    Given an innocent pair that relays
    And a paired phone and agent

  @ENV-02 @MUST
  Scenario: What the relay itself sends is valid against the schemas
    When the phone sends a ping message
    Then the phone is answered with a pong
    When the agent leaves
    Then the phone is told that its peer is offline
    When the phone sends a chat.send message
    Then the phone is answered PEER_OFFLINE
    And all that the relay sent was valid against the schemas

  @ENV-03 @MUST
  Scenario: Every envelope of the relay has an id of its own
    When the phone sends a ping message
    And the phone sends a ping message
    And the agent sends a ping message
    Then the phone is answered with a pong
    And the phone is answered with a pong
    And the agent is answered with a pong
    And all that the relay sent was under ids of its own

  @ENV-06 @MUST @negative
  Scenario Outline: <what> is answered INVALID_MESSAGE
    When the phone sends
      """
      <text>
      """
    Then the phone is answered INVALID_MESSAGE
    And nothing of it reaches the agent
    And the pair still relays
    And the innocent pair still relays

    Examples:
      | what                     | text                                                                              |
      | Text that is no JSON     | hello                                                                             |
      | JSON that ends too early | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"a"}            |
      | JSON with more behind it | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"a"}} {}        |
      | JSON with a comment      | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"a"/* no */}}   |
      | A trailing comma         | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"a",}}          |
      | A number that is none    | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"n":01}}               |
      | A lone NaN               | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"n":NaN}}              |

  @ENV-06 @MUST @negative
  Scenario: The empty message is answered INVALID_MESSAGE
    When the phone sends these frames
      | opcode | payload |
      | text   |         |
    Then the phone is answered INVALID_MESSAGE
    And the pair still relays
    And the innocent pair still relays

  @ENV-07 @MUST @negative
  Scenario Outline: A JSON <kind> instead of an object is answered INVALID_MESSAGE
    When the phone sends
      """
      <text>
      """
    Then the phone is answered INVALID_MESSAGE
    And the pair still relays
    And the innocent pair still relays

    Examples:
      | kind    | text                 |
      | array   | [{"type":"chat.send"}] |
      | string  | "chat.send"          |
      | number  | 1                    |
      | null    | null                 |

  @ENV-08 @MUST @negative
  Scenario Outline: An envelope with <what> is answered INVALID_MESSAGE
    When the phone sends
      """
      {"v":1,<type>"id":"<id>","ts":<ts>,"payload":{"text":"a"}}
      """
    Then the phone is answered INVALID_MESSAGE
    And nothing of it reaches the agent
    And the pair still relays
    And the innocent pair still relays

    Examples:
      | what                     | type                   |
      | no type                  |                        |
      | a number as its type     | "type":7,              |
      | null as its type         | "type":null,           |
      | a list as its type       | "type":["chat.send"],  |

  @ENV-09 @MUST @negative
  Scenario Outline: An envelope with <what> is answered INVALID_MESSAGE
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"<id>","ts":<ts><payload>}
      """
    Then the phone is answered INVALID_MESSAGE
    And nothing of it reaches the agent
    And the pair still relays
    And the innocent pair still relays

    Examples:
      | what                  | payload                |
      | no payload            |                        |
      | null as its payload   | ,"payload":null        |
      | a list as its payload | ,"payload":[]          |
      | text as its payload   | ,"payload":"{}"        |

  @ENV-10 @SHOULD @negative
  Scenario Outline: An envelope of version <version> is answered INVALID_MESSAGE
    When the phone sends
      """
      {"v":<version>,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"a"}}
      """
    Then the phone is answered INVALID_MESSAGE
    And the pair still relays
    And the innocent pair still relays

    Examples:
      | version |
      | 2       |
      | "1"     |
      | null    |

  @ENV-13 @MUST
  Scenario Outline: Forwarded byte for byte: <what>
    When the phone sends
      """
      <text>
      """
    Then the agent receives it byte for byte

    Examples:
      | what                             | text |
      | members in another order         | {"payload":{"text":"a"},"ts":<ts>,"id":"<id>","type":"chat.send","v":1} |
      | white space                      |   { "v" : 1 , "type":"chat.send" ,"id":"<id>","ts":<ts>, "payload":{ "text" : "a" } }   |
      | odd spellings of numbers         | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"a","n":1.0,"m":1E+2,"z":-0,"big":12345678901234567890123456789}} |
      | escapes that need not be         | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"\u0061\/\u00e9\ud83d\ude00"}} |
      | an escape inside the type        | {"v":1,"type":"chat\u002esend","id":"<id>","ts":<ts>,"payload":{"text":"a"}} |
      | unknown members on top           | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"a"},"trace":{"hop":1},"Type":"status"} |

  @ENV-13 @MUST
  Scenario: White space around an envelope is forwarded too
    When the phone sends
      """

        {
          "v": 1, "type": "chat.send", "id": "<id>", "ts": <ts>,
          "payload": { "text": "a" }
        }

      """
    Then the agent receives it byte for byte

  @ENV-14 @MUST
  Scenario: Members that nobody knows are no reason to refuse
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"x-priority":9,"payload":{"text":"a","mood":{"sunny":true}}}
      """
    Then the agent receives it byte for byte

  @ENV-15 @MUST
  Scenario: Members doubled inside the payload are the peer's business
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"a","text":"b","type":"status","type":"auth"}}
      """
    Then the agent receives it byte for byte

  @ENV-16 @MUST
  Scenario: A payload nested as deep as the specification promises is forwarded
    When the phone sends a chat.send message nested to the depth promised
    Then the agent receives it byte for byte

  @ENV-17 @MUST
  Scenario Outline: Any Unicode is forwarded: <what>
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"<text>"}}
      """
    Then the agent receives it byte for byte

    Examples:
      | what                      | text                    |
      | scripts and emoji         | Grüße 你好 שלום 👩‍👩‍👧 é     |
      | noncharacters             | ￿ 🿾                     |
      | an escaped NUL            | \u0000                  |
      | a lone escaped surrogate  | \ud800                  |

  @ENV-18 @MUST @negative
  Scenario Outline: Names and types are case-sensitive: <what>
    When the phone sends
      """
      {"v":1,<type>,"id":"<id>","ts":<ts>,"payload":{"text":"a"}}
      """
    Then the phone is answered INVALID_MESSAGE
    And nothing of it reaches the agent
    And the innocent pair still relays

    Examples:
      | what                   | type                |
      | Type instead of type   | "Type":"chat.send"  |
      | type in capitals       | "TYPE":"chat.send"  |

  @ENV-19 @MUST @negative
  Scenario Outline: A second top-level <member> is ambiguous and refused
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"a"},<again>}
      """
    Then the phone is answered INVALID_MESSAGE
    And nothing of it reaches the agent
    And the pair still relays
    And the innocent pair still relays

    Examples:
      | member                   | again                    |
      | type                     | "type":"chat.done"       |
      | type, the same again     | "type":"chat.send"       |
      | type in escapes          | "\u0074ype":"chat.done"  |
      | payload                  | "payload":{}             |

  @ENV-20 @MUST @negative
  Scenario: A forbidden type in escapes is still forbidden
    When the phone sends
      """
      {"v":1,"type":"chat.strea\u006d","id":"<id>","ts":<ts>,"payload":{"delta":"a","seq":1}}
      """
    Then the phone is answered INVALID_MESSAGE
    And nothing of it reaches the agent
    And the innocent pair still relays

  @ENV-21 @MUST
  Scenario Outline: A payload that is not what its type asks for is forwarded: <type>
    When the <sender> sends
      """
      {"v":1,"type":"<type>","id":"<id>","ts":<ts>,"payload":{"nothing":["of","the","kind"]}}
      """
    Then the <receiver> receives it byte for byte

    Examples:
      | type         | sender | receiver |
      | chat.send    | phone  | agent    |
      | chat.stream  | agent  | phone    |
      | key_exchange | phone  | agent    |

  @ENV-22 @MUST
  Scenario Outline: An unknown type of the namespace is forwarded: <type>
    When the phone sends a <type> message
    Then the agent receives it byte for byte

    Examples:
      | type             |
      | chat.typing      |
      | agent.clone      |
      | group.leave      |
      | memory.forget    |
      | system.reboot    |
      | file.offer       |

  @ENV-23 @SHOULD @negative
  Scenario Outline: A type that is neither forwarded nor reserved is answered INVALID_MESSAGE: <type>
    When the phone sends a <type> message
    Then the phone is answered INVALID_MESSAGE
    And nothing of it reaches the agent
    And the innocent pair still relays

    Examples:
      | type           |
      | video.start    |
      | chatter.send   |
      | hello          |
      | key_exchanges  |

  @ENV-25 @MUST @negative
  Scenario Outline: A <sender>'s forged status does not reach the <receiver>
    When the <sender> sends a status message
    Then nothing of it reaches the <receiver>
    And the <receiver> is told nothing more about its peer
    And the innocent pair still relays

    Examples:
      | sender | receiver |
      | phone  | agent    |
      | agent  | phone    |

  @ENV-26 @MUST @negative
  Scenario Outline: A client's <type> does not reach its peer
    When the phone sends a <type> message
    Then nothing of it reaches the agent
    And the innocent pair still relays

    Examples:
      | type      |
      | auth.ok   |
      | auth.fail |
      | ping      |
      | pong      |

  @ENV-27 @SHOULD @negative
  Scenario Outline: A client's <type> is answered INVALID_MESSAGE
    When the phone sends a <type> message
    Then the phone is answered INVALID_MESSAGE
    And the innocent pair still relays

    Examples:
      | type      |
      | status    |
      | auth.ok   |
      | auth.fail |

  @ENV-04 @MUST
  Scenario: The relay originates its own types only
    Then order and exactly-once delivery hold in 1 random case
    And all that the relay sent was of the relay's own types only

  @ENV-11 @MAY
  Scenario Outline: An envelope <what> may be accepted
    When the phone sends
      """
      {"v":1,"type":"chat.send",<members>"payload":{"text":"a"}}
      """
    Then the agent receives it byte for byte, or the phone is answered INVALID_MESSAGE

    Examples:
      | what                  | members                        |
      | without id            | "ts":<ts>,                     |
      | without ts            | "id":"<id>",                   |
      | with an id of no form | "id":"1","ts":<ts>,            |
      | with a ts of text     | "id":"<id>","ts":"yesterday",  |

  @ENV-12 @MUST
  Scenario Outline: The time in an envelope is nothing to judge: <when>
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"<id>","ts":<time>,"payload":{"text":"a"}}
      """
    Then the agent receives it byte for byte

    Examples:
      | when             | time          |
      | the epoch        | 0             |
      | before the epoch | -1            |
      | a far future     | 9999999999999 |

  @ENV-12 @MUST
  Scenario: The same id a second time is nothing to judge
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"9f3b1f0e-52b4-4a2f-8d5e-3a5e1c7b9d10","ts":<ts>,"payload":{"text":"one"}}
      """
    Then the agent receives it byte for byte
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"9f3b1f0e-52b4-4a2f-8d5e-3a5e1c7b9d10","ts":<ts>,"payload":{"text":"two"}}
      """
    Then the agent receives it byte for byte

  @ENV-24 @MUST @negative
  Scenario: A type of an unknown namespace gets an answer
    When the phone sends a video.start message
    Then the agent receives it byte for byte, or the phone is answered INVALID_MESSAGE or BACKEND_ERROR
    And the innocent pair still relays

  @ENV-28 @SHOULD
  Scenario: A pong is not answered
    When the phone sends a pong message
    Then nothing of it reaches the phone

  @ENV-29 @MAY
  Scenario Outline: A type of an odd form may be refused: <what>
    When the phone sends
      """
      {"v":1,"type":"<type>","id":"<id>","ts":<ts>,"payload":{"text":"a"}}
      """
    Then the agent receives it byte for byte, or the phone is answered INVALID_MESSAGE

    Examples:
      | what       | type                  |
      | many dots  | chat.a.b.c            |
      | spaces     | chat.two words        |
      | a long one | chat.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz |

  @ENV-30 @MAY
  Scenario: A payload nested deeper than promised may be refused
    When the phone sends a chat.send message nested deeper than promised
    Then the agent receives it byte for byte, or the phone is answered INVALID_MESSAGE

  @ENV-31 @MAY
  Scenario Outline: A second top-level <member> may be refused
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,<again>,"payload":{"text":"a"}}
      """
    Then the agent receives it byte for byte, or the phone is answered INVALID_MESSAGE

    Examples:
      | member | again       |
      | v      | "v":1       |
      | id     | "id":"<id>" |
      | ts     | "ts":<ts>   |

  @ENV-32 @MUST
  Scenario Outline: What a relay's own types cannot hold is no reason to refuse: <what>
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,<extra>,"payload":{"text":"a",<extra>}}
      """
    Then the agent receives it byte for byte

    Examples:
      | what                      | extra                 |
      | a number beyond doubles   | "n":1e999             |
      | a number beyond integers  | "n":99999999999999999999999999999999999999 |
      | a lone surrogate as value | "n":"\ud800"          |
      | a lone surrogate as name  | "\udfff":1            |

  @ENV-13 @ENV-15 @ENV-17 @MUST
  Scenario: Whatever stands in a payload arrives as it was sent
    Then byte identity of odd envelopes holds in 5 random cases
