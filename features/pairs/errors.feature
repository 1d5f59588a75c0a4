Feature: Errors
  What is answered, to whom, in which order, and what comes after (chapter 10).

  Background:
    Given an innocent pair that relays

  @ERR-02 @SHOULD @negative
  Scenario: An error names the envelope that caused it
    Given the phone connects
    When the phone sends a chat.send message
    Then the phone is answered PEER_OFFLINE
    And the error names the message that caused it
    When the phone sends a chat.done message
    Then the phone is answered INVALID_MESSAGE
    And the error names the message that caused it
    And the innocent pair still relays

  @ERR-03 @ERR-05 @MUST @negative
  Scenario: One refusal, one error, and the connection goes on
    Given a paired phone and agent
    When the phone sends a chat.done message
    Then the phone is answered INVALID_MESSAGE
    And nothing of it reaches the phone
    And the pair still relays
    And the innocent pair still relays

  @ERR-06 @MUST @negative
  Scenario Outline: Where <first> and <second> both apply, <first> is answered
    Given the phone connects
    When the phone sends its full burst
    Then the phone is answered PEER_OFFLINE to the whole burst
    When the phone sends
      """
      <text>
      """
    Then the phone is answered <code>
    And nothing of it reaches the phone
    And the innocent pair still relays

    Examples:
      | first | second    | code            | text                                                                          |
      | form  | the rate  | INVALID_MESSAGE | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":null}                |
      | role  | the rate  | INVALID_MESSAGE | {"v":1,"type":"chat.done","id":"<id>","ts":<ts>,"payload":{"full_text":"a"}}   |
      | rate  | the absence | RATE_LIMITED  | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"a"}}        |

  @ERR-06 @MUST @negative
  Scenario: Where size and the absence both apply, size is answered
    Given the phone connects
    When the phone sends a chat.send message of one byte more than the maximum size
    Then the phone is answered MESSAGE_TOO_LARGE or closed as too big
    And the innocent pair still relays

  @ERR-07 @MUST @negative
  Scenario: A refusal for the rate says how long to wait
    Given a paired phone and agent
    When the phone sends its full burst
    And the phone sends one message more
    Then the phone is answered RATE_LIMITED
    And the error says how long to wait
    And the innocent pair still relays

  @ERR-11 @MUST @negative
  Scenario: An error that ends the connection is followed by a close frame
    When the client opens a connection
    And the client authenticates with
      | token | an unknown token |
      | role  | phone            |
    Then the client is refused with auth.fail UNAUTHORIZED
    And the client's connection is closed for a policy violation
    And the innocent pair still relays

  @ERR-21 @MUST @negative
  Scenario: A connection that was replaced gets its close frame in time
    Given a paired phone and agent
    When the newcomer phone connects
    Then the phone is sent a close frame in time
    And the innocent pair still relays

  @ERR-21 @MUST @negative
  Scenario Outline: A client whose first message is <what> gets its close frame in time
    When the client opens a connection
    And the client sends
      """
      <text>
      """
    Then the client is sent a close frame in time
    And the innocent pair still relays

    Examples:
      | what                        | text                                                                                              |
      | an auth with a wrong token  | {"v":1,"type":"auth","id":"<id>","ts":<ts>,"payload":{"token":"not-a-token","role":"phone"}}       |
      | something else than an auth | {"v":1,"type":"ping","id":"<id>","ts":<ts>,"payload":{}}                                          |
      | malformed                   | {"v":1,"type":"auth                                                                               |

  @ERR-21 @PAIR-11 @MUST @negative
  Scenario: The connections of a deleted token get their close frames in time
    Given a paired phone and agent
    When the operator asks DELETE /api/v1/pair/{token}
    Then the phone is sent a close frame in time
    And the agent is sent a close frame in time
    And the innocent pair still relays

  @ERR-22 @SHOULD @negative
  Scenario: Errors come in the order of the messages
    Given the phone connects
    When the phone sends 12 messages that are refused for form, role and absence in turn
    Then the phone is answered in the order of these messages
    And the innocent pair still relays

  @ERR-01 @MUST @negative
  Scenario: Every error has a code of the table and a message
    Given the phone connects
    When the phone sends a chat.send message
    Then the phone is answered PEER_OFFLINE
    When the phone sends a chat.done message
    Then the phone is answered INVALID_MESSAGE
    And all that the relay sent was valid against the schemas
    And the innocent pair still relays

  @ERR-04 @MUST @negative
  Scenario: What is answered with an error is not forwarded
    Given a paired phone and agent
    When the phone sends its full burst
    And the phone sends one message more
    Then the phone is answered RATE_LIMITED
    And the agent receives the whole burst in order
    And nothing of it reaches the agent
    And the innocent pair still relays

  @ERR-08 @MUST @negative
  Scenario: An error tells nothing secret
    Given a paired phone and agent
    When the phone sends a chat.done message with a canary in it
    Then the phone is answered INVALID_MESSAGE
    And nothing secret shows in the error
    When the newcomer client opens a connection
    And the newcomer client authenticates with
      | token | its token |
      | role  | robot     |
    Then the newcomer client is refused with auth.fail UNAUTHORIZED
    And nothing secret shows in the error
    And the innocent pair still relays

  @ERR-09 @ERR-10 @MUST @negative
  Scenario: Nonsense of every kind ends nothing but its own connection
    Given a paired phone and agent
    When the first client opens a connection
    And the first client sends these frames
      | opcode | rsv | mask | payload              |
      | 0xF    | 7   | no   | hex:FF FF FF FF FF   |
    And the second client opens a connection
    And the second client sends these frames
      | opcode | fin | announces           | payload |
      | text   | no  | 9223372036854775807 | a       |
    And the third client opens a connection
    And the third client sends these frames
      | opcode | payload                 |
      | text   | hex:00 FF FE 7B 22 00   |
    Then the first client's connection is closed
    And the second client's connection is closed
    And the third client's connection is closed
    And the pair still relays
    When the late phone connects
    Then the late phone is still connected
    And the innocent pair still relays

  @ERR-12 @SHOULD @negative
  Scenario: Connections are closed with codes of the table
    Given a paired phone and agent
    When the newcomer phone connects
    Then the phone's connection is closed
    When the client opens a connection
    And the client sends a hello message
    Then the client is refused with an error UNAUTHORIZED
    And all that the relay sent was closed with codes of the table only
    And the innocent pair still relays

  @ERR-17 @MUST @negative
  Scenario Outline: An error names no other message than its cause: <what>
    Given a paired phone and agent
    When the phone sends
      """
      <text>
      """
    Then the phone is answered INVALID_MESSAGE
    And the error names no other message
    And the innocent pair still relays

    Examples:
      | what              | text                                                                          |
      | one with an id    | {"v":1,"type":"chat.done","id":"<id>","ts":<ts>,"payload":{"full_text":"a"}}   |
      | one without an id | {"v":1,"type":"chat.done","ts":<ts>,"payload":{"full_text":"a"}}               |
      | no JSON           | hello                                                                         |

  @ERR-16 @MUST @negative
  Scenario: A fault of the relay that passes leaves the pair as it is
    Given a relay of its own with
      | maximum message size | 200000 bytes |
    And an innocent pair that relays
    And a paired phone and agent
    When the relay's store fails
    And the phone sends a chat.send message of exactly the maximum size
    Then the phone is answered BACKEND_ERROR
    And the error says how long to wait
    And the phone is still connected
    When the relay's store works again
    And the phone waits as long as the error said
    And the phone sends a chat.send message of exactly the maximum size
    Then the agent receives it byte for byte
    And the phone is told nothing more about its peer
    And the innocent pair still relays

  @ERR-18 @SHOULD @negative
  Scenario: A client that is still sending learns why it is closed
    When the client opens a connection
    And the client sends a chat.send message of exactly the maximum size in 80 fragments
    Then the client is refused with an error, or closed as too big
    And the client's connection is closed for a policy violation or as too big
    When the late client opens a connection
    And the late client goes on sending after it is refused
    Then the late client's connection is closed for a policy violation
    And the innocent pair still relays

  @ERR-19 @SHOULD @slow @negative
  Scenario: A full queue is no fault that lasts: the error says how long to wait
    Given a paired phone and agent
    When the agent stops reading
    And the phone floods the agent
    And the agent reads again
    Then the agent has received every message of the flood, or the phone was told of the loss
    And the error says how long to wait
    And the innocent pair still relays

  @ERR-09 @ERR-10 @MUST @negative
  Scenario Outline: Strangers at the door disturb nobody: they <do>
    Given a paired phone and agent
    When 20 strangers <do>
    Then the pair still relays
    When the late phone connects
    Then the late phone is still connected
    And the innocent pair still relays

    Examples:
      | do                                              |
      | send half a handshake                           |
      | send a handshake byte by byte                   |
      | send headers of a megabyte                      |
      | smuggle a second request behind a handshake     |
      | send noise behind their handshake               |
      | send half a frame and fall silent               |
