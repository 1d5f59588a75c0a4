Feature: Transport
  How envelopes travel: WebSocket messages, frames, sizes, and the ends of connections (chapter 2).

  Background:
    Given an innocent pair that relays

  @TRN-01 @TRN-02 @MUST
  Scenario: A client opens a WebSocket with the bare handshake and is let in
    When the phone connects
    Then the phone is still connected

  @TRN-08 @MUST
  Scenario Outline: An envelope from the <sender> arrives as one text message
    Given a paired phone and agent
    When the <sender> sends a <type> message
    Then the <receiver> receives it byte for byte

    Examples:
      | sender | receiver | type      |
      | phone  | agent    | chat.send |
      | agent  | phone    | chat.done |

  @TRN-12 @MUST
  Scenario: A message in fragments of one byte arrives as one message
    Given a paired phone and agent
    When the phone sends a chat.send message in fragments of one byte
    Then the agent receives it byte for byte

  @TRN-12 @MUST
  Scenario: An empty last fragment is still the end of a message
    Given a paired phone and agent
    When the phone sends these frames
      | opcode       | fin | payload |
      | text         | no  | message |
      | continuation | no  |         |
      | continuation | yes |         |
    Then the agent receives it byte for byte

  @TRN-13 @MUST
  Scenario: A ping between the fragments of a message is answered and harms nothing
    Given a paired phone and agent
    When the phone sends these frames
      | opcode       | fin | payload     |
      | text         | no  | first half  |
      | ping         | yes | in between  |
    Then the phone is answered with a WebSocket pong with "in between"
    When the phone sends these frames
      | opcode       | fin | payload     |
      | continuation | no  |             |
      | pong         | yes | unasked     |
      | continuation | yes | second half |
    Then the agent receives it byte for byte

  @TRN-14 @TRN-15 @MUST @negative
  Scenario Outline: A text message with <what> is refused and not forwarded
    Given a paired phone and agent
    When the phone sends these frames
      | opcode       | fin | payload   |
      | text         | no  | {"v":1,"type":"chat.send","id":"7f0e5c1e-6c1b-4c3e-9f0a-2b8a4a1d9c10","ts":1767225600000,"payload":{"text":" |
      | continuation | no  | hex:<hex> |
      | continuation | yes | "}}       |
    Then the phone is answered INVALID_MESSAGE or closed for invalid payload data
    And nothing of it reaches the agent
    And the innocent pair still relays

    Examples:
      | what                      | hex         |
      | a lone continuation byte  | 80          |
      | an overlong slash         | C0 AF       |
      | a surrogate               | ED A0 80    |
      | a code point past U+10FFFF | F4 90 80 80 |
      | a truncated sequence      | E2 82       |

  @TRN-16 @MUST
  Scenario: A character that a fragment boundary splits is whole again
    Given a paired phone and agent
    When the phone sends these frames
      | opcode       | fin | payload   |
      | text         | no  | {"v":1,"type":"chat.send","id":"2d4c1f7a-9a55-4f0e-8a6e-6c2f4f9b1c55","ts":1767225600000,"payload":{"text":" |
      | continuation | no  | hex:F0 9F |
      | continuation | no  | hex:90 AC |
      | continuation | yes | "}}       |
    Then the agent receives it byte for byte

  @TRN-17 @MUST @negative
  Scenario Outline: A client that sends <violation> is disconnected
    Given a paired phone and agent
    When the phone sends these frames
      | opcode   | fin   | rsv   | mask   | payload   |
      | <opcode> | <fin> | <rsv> | <mask> | <payload> |
    Then the phone's connection is closed
    And nothing of it reaches the agent
    And the innocent pair still relays

    Examples:
      | violation                          | opcode       | fin | rsv | mask | payload   |
      | a frame that is not masked         | text         | yes | 0   | no   | message   |
      | a reserved bit                     | text         | yes | 2   | yes  | message   |
      | a reserved data opcode             | 0x3          | yes | 0   | yes  | message   |
      | a reserved control opcode          | 0xB          | yes | 0   | yes  |           |
      | a fragmented ping                  | ping         | no  | 0   | yes  | part      |
      | a ping that is too long            | ping         | yes | 0   | yes  | 126 bytes |
      | a continuation of nothing          | continuation | yes | 0   | yes  | message   |
      | a close frame of one byte          | close        | yes | 0   | yes  | hex:03    |
      | a close code that is never sent    | close        | yes | 0   | yes  | hex:03 ED |

  @TRN-17 @MUST @negative
  Scenario: A client that begins a message inside another is disconnected
    Given a paired phone and agent
    When the phone sends these frames
      | opcode | fin | payload    |
      | text   | no  | first half |
      | text   | yes | message    |
    Then the phone's connection is closed
    And nothing of it reaches the agent
    And the innocent pair still relays

  @TRN-18 @MUST @negative
  Scenario: Half a message, then a reset: nothing of it is forwarded
    Given a paired phone and agent
    When the phone sends these frames
      | opcode | fin | payload    |
      | text   | no  | first half |
    And the phone is cut off by its network
    Then the agent is told that its peer is offline
    And nothing of it reaches the agent
    And the innocent pair still relays

  @TRN-19 @MUST
  Scenario: A close frame is answered with a close frame
    Given a paired phone and agent
    When the phone sends these frames
      | opcode | payload   |
      | close  | hex:03 E8 |
    Then the phone's connection is closed normally

  @TRN-20 @MUST
  Scenario Outline: A message of exactly the maximum size passes from the <sender>
    Given a paired phone and agent
    When the <sender> sends a <type> message of exactly the maximum size
    Then the <receiver> receives it byte for byte

    Examples:
      | sender | receiver | type      |
      | phone  | agent    | chat.send |
      | agent  | phone    | chat.done |

  @TRN-21 @TRN-22 @MUST @negative
  Scenario: A message of one byte more is refused and not forwarded
    Given a paired phone and agent
    When the phone sends a chat.send message of one byte more than the maximum size
    Then the phone is answered MESSAGE_TOO_LARGE or closed as too big
    And nothing of it reaches the agent
    And the innocent pair still relays

  @TRN-23 @SHOULD @negative
  Scenario: A message that is too large is answered with the error, whatever comes after
    Given a paired phone and agent
    When the phone sends a chat.send message of one byte more than the maximum size
    Then the phone is answered MESSAGE_TOO_LARGE
    And the innocent pair still relays

  @TRN-24 @MUST @negative
  Scenario: A sender that was not closed after a message too large is still paired
    Given a paired phone and agent
    When the phone sends a chat.send message of one byte more than the maximum size
    Then the phone is answered MESSAGE_TOO_LARGE or closed as too big
    And the pair still relays, if the phone was not closed
    And the innocent pair still relays

  @TRN-03 @MUST @negative
  Scenario Outline: What is no WebSocket handshake is refused: <what>
    When somebody sends this request
      """
      <method> <path> HTTP/1.1
      Host: <host>
      <one>
      <two>
      <three>
      <four>
      """
    Then the answer is Refused As The Client's Mistake
    And the innocent pair still relays

    Examples:
      | what               | method | one                   | two                 | three                     | four                      |
      | a plain GET        | GET    | Accept: */*           | X-A: b              | X-C: d                    | X-E: f                    |
      | no key             | GET    | Upgrade: websocket    | Connection: Upgrade | Sec-WebSocket-Version: 13 | X-E: f                    |
      | no version         | GET    | Upgrade: websocket    | Connection: Upgrade | Sec-WebSocket-Key: <key>  | X-E: f                    |
      | an old version     | GET    | Upgrade: websocket    | Connection: Upgrade | Sec-WebSocket-Version: 7  | Sec-WebSocket-Key: <key>  |
      | a POST             | POST   | Upgrade: websocket    | Connection: Upgrade | Sec-WebSocket-Version: 13 | Sec-WebSocket-Key: <key>  |

  @TRN-04 @MUST
  Scenario: Many tokens and both peers of each from one address
    Given a paired phone and agent
    When the other phone connects
    And the other agent connects
    Then the other phone is told that its peer is online
    And the pair still relays
    And the other pair still relays
    And the innocent pair still relays

  @TRN-09 @MAY
  Scenario: An envelope in a binary message may be accepted
    Given a paired phone and agent
    When the phone sends a chat.send message in a binary message
    Then the agent receives it byte for byte, or the phone is answered INVALID_MESSAGE or closed for unacceptable data

  @TRN-10 @TRN-11 @MUST @negative
  Scenario: An envelope in a binary message is delivered as text, or refused
    Given a paired phone and agent
    When the phone sends a chat.send message in a binary message
    Then the agent receives it byte for byte, or the phone is answered INVALID_MESSAGE or closed for unacceptable data
    And the innocent pair still relays

  @TRN-11 @MUST @negative
  Scenario: A binary message that no relay accepts gets an answer
    Given a paired phone and agent
    When the phone sends these frames
      | opcode | payload |
      | binary | hello   |
    Then the phone is answered INVALID_MESSAGE or closed for unacceptable data
    And nothing of it reaches the agent
    And the innocent pair still relays

  @TRN-26 @TRN-27 @TRN-32 @SHOULD @alone
  Scenario: A relay that shuts down delivers what it has accepted and says goodbye
    Given a paired phone and agent
    When the phone sends half of its full burst
    Then the phone is still connected
    When the relay is told to stop
    Then the agent receives the whole burst in order
    And the agent's connection is closed as going away
    And the phone's connection is closed as going away

  @TRN-28 @MUST
  Scenario: The relay's own frames follow the WebSocket protocol
    Given a paired phone and agent
    When the phone sends these frames
      | opcode | payload |
      | ping   | hello |
    Then the phone is answered with a WebSocket pong with "hello"
    When the agent sends a chat.done message of exactly the maximum size
    Then the phone receives it byte for byte
    And all that the relay sent was whole frames in order

  @TRN-29 @MUST @negative
  Scenario: A binary message that is too large is refused for its size
    Given a paired phone and agent
    When the phone sends a chat.send message of one byte more than the maximum size in a binary message
    Then the phone is answered MESSAGE_TOO_LARGE or closed as too big
    And nothing of it reaches the agent
    And the innocent pair still relays

  @TRN-30 @MUST @negative
  Scenario Outline: A binary message is judged by the same rules: <what>
    Given a paired phone and agent
    When the phone sends these frames
      | opcode | payload   |
      | binary | <payload> |
    Then the phone is answered INVALID_MESSAGE or closed for unacceptable data or for invalid payload data
    And nothing of it reaches the agent
    And the innocent pair still relays

    Examples:
      | what               | payload                                                                    |
      | no JSON            | hello                                                                      |
      | no UTF-8           | hex:FF FE 00                                                               |
      | a forbidden type   | {"v":1,"type":"chat.done","id":"0b1f0e52-3b4a-4a2f-8d5e-3a5e1c7b9d10","ts":1767225600000,"payload":{"full_text":"a"}} |

  @TRN-31 @SHOULD @alone @slow
  Scenario: A peer that does not read does not keep a relay from stopping
    Given a paired phone and agent
    When the agent stops reading
    And the phone floods the agent
    Then the relay stops within its drain time-out

  @TRN-34 @MUST @negative
  Scenario: What comes after a close frame is ignored
    Given a paired phone and agent
    When the phone sends these frames
      | opcode | payload   |
      | close  | hex:03 E8 |
      | text   | message   |
    Then the phone's connection is closed normally
    And the agent is told that its peer is offline
    And nothing of it reaches the agent
    And the innocent pair still relays

  @TRN-06 @MUST @negative
  Scenario: TLS before 1.2 is not spoken
    Given a relay that is reached by wss
    And an innocent pair that relays
    Then a client that offers TLS 1.2 at most is given TLS 1.2
    And a client that offers TLS 1.0 at most is given nothing
    And a client that offers TLS 1.1 at most is given nothing
    And the innocent pair still relays

  @TRN-07 @SHOULD
  Scenario: A client that offers TLS 1.3 is given it
    Given a relay that is reached by wss
    And an innocent pair that relays
    Then a client that offers TLS 1.2 and TLS 1.3 is given TLS 1.3

  @TRN-25 @TRN-33 @MUST @negative
  Scenario: A compressed message is as large as what is in it
    Given the agent connects
    When the phone opens a connection that offers compression
    And the phone authenticates with
      | token | its token |
      | role  | its role  |
    Then the phone is accepted while its peer is online
    When the phone sends a chat.send message of exactly the maximum size compressed
    Then the agent receives it byte for byte
    When the phone sends a chat.send message of one byte more than the maximum size compressed
    Then the phone is answered MESSAGE_TOO_LARGE or closed as too big
    And nothing of it reaches the agent
    And the innocent pair still relays

  @TRN-33 @MUST @negative
  Scenario: What is compressed and cannot be inflated ends the connection
    Given the agent connects
    When the phone opens a connection that offers compression
    And the phone authenticates with
      | token | its token |
      | role  | its role  |
    Then the phone is accepted while its peer is online
    When the phone sends these frames
      | opcode | rsv | payload                 |
      | text   | 4   | hex:07 FF FF FF FF FF   |
    Then the phone's connection is closed
    And nothing of it reaches the agent
    And the innocent pair still relays

  @TRN-12 @TRN-20 @MUST
  Scenario Outline: The largest message, however it is cut: <how>
    Given a paired phone and agent
    When the agent sends a chat.done message of exactly the maximum size <how>
    Then the phone receives it byte for byte

    Examples:
      | how                                   |
      | in 1281 fragments                     |
      | between 200 fragments of one byte     |

  @TRN-14 @TRN-15 @MUST @negative
  Scenario: A message under another mask than it announces is noise
    Given a paired phone and agent
    When the phone sends these frames
      | opcode | mask  | payload |
      | text   | wrong | message |
    Then the phone is answered INVALID_MESSAGE or closed for invalid payload data
    And nothing of it reaches the agent
    And the innocent pair still relays

  @TRN-17 @MUST @negative
  Scenario Outline: A client that sends <violation> is disconnected, too
    Given a paired phone and agent
    When the phone sends these frames
      | opcode   | fin   | rsv   | announces   | payload   |
      | <opcode> | <fin> | <rsv> | <announces> | <payload> |
    Then the phone's connection is closed
    And nothing of it reaches the agent
    And the innocent pair still relays

    Examples:
      | violation                                     | opcode | fin | rsv | announces           | payload         |
      | the bit of a compression that nobody agreed on | text  | yes | 4   |                     | message         |
      | the last reserved bit                         | text   | yes | 1   |                     | message         |
      | a reserved bit in a ping                      | ping   | yes | 4   |                     | hello           |
      | a 64-bit length with its highest bit set      | text   | yes | 0   | 9223372036854775809 | message         |
      | a fragmented close frame                      | close  | no  | 0   |                     | hex:03 E8       |
      | a close frame that is too long                | close  | yes | 0   |                     | 126 bytes       |
      | the close code 1005                           | close  | yes | 0   |                     | hex:03 ED       |
      | the close code 1006                           | close  | yes | 0   |                     | hex:03 EE       |
      | the close code 1015                           | close  | yes | 0   |                     | hex:03 F7       |
      | the close code 999                            | close  | yes | 0   |                     | hex:03 E7       |
      | the close code 0                              | close  | yes | 0   |                     | hex:00 00       |
      | a close reason that is not UTF-8              | close  | yes | 0   |                     | hex:03 E8 FF FE |
