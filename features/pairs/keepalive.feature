Feature: Keepalive
  Pings of both kinds, and silence (chapter 8).

  Background:
    Given an innocent pair that relays

  @KEEP-01 @MUST
  Scenario: A WebSocket ping is answered with the same data, also before authentication
    When the client opens a connection
    And the client sends these frames
      | opcode | payload |
      | ping   | before |
    Then the client is answered with a WebSocket pong with "before"
    When the phone connects
    And the phone sends these frames
      | opcode | payload |
      | ping   | after |
    Then the phone is answered with a WebSocket pong with "after"

  @KEEP-08 @MUST
  Scenario: A ping is answered whether the peer is there or not
    When the phone connects
    And the phone sends a ping message
    Then the phone is answered with a pong
    When the agent connects
    And the phone sends a ping message
    Then the phone is answered with a pong

  @KEEP-09 @SHOULD
  Scenario: A ping without a payload is answered too
    When the phone connects
    And the phone sends
      """
      {"v":1,"type":"ping","id":"<id>","ts":<ts>}
      """
    Then the phone is answered with a pong

  @KEEP-02 @SHOULD @slow
  Scenario: The relay pings on its own
    When the phone connects
    Then the phone is sent a WebSocket ping in time

  @KEEP-03 @KEEP-04 @KEEP-06 @MUST @slow
  Scenario: Silence ends a connection, and its peer is told
    Given a paired phone and agent
    When the agent stays silent until the idle time-out is over
    Then the agent's connection is closed
    And the phone is told that its peer is offline

  @KEEP-05 @KEEP-12 @MUST @slow
  Scenario: A message that comes slowly is no silence
    Given a paired phone and agent
    And another paired phone and agent
    When the other agent stops reading
    And the phone sends a message so slowly that it takes longer than the idle time-out
    Then the agent receives it byte for byte
    And the other phone is told that its peer is offline

  @KEEP-07 @MUST @slow @negative
  Scenario: A sender that the relay itself does not read from is not silent
    Given a relay of its own with
      | interval of pings | 1 s  |
      | idle time-out     | 3 s  |
      | stall time-out    | 60 s |
    And an innocent pair that relays
    And a paired phone and agent
    When the agent stops reading but shows that it lives
    And the phone floods the agent
    And the phone waits longer than the idle time-out
    And the agent reads again
    Then the agent has received every message of the flood, or the phone was told of the loss
    And the phone is still connected
    And the innocent pair still relays
