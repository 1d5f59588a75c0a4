Feature: Keepalive
  Pings of both kinds, and silence (chapter 8).

  Background:
    Given an innocent pair that relays

  @KEEP-01 @MUST
  Scenario: A WebSocket ping is answered with the same data, also before authentication
    When the client opens a connection
    And the client sends a WebSocket ping with "before"
    Then the client is answered with a WebSocket pong with "before"
    When the phone connects
    And the phone sends a WebSocket ping with "after"
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
