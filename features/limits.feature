Feature: Limits
  Message rates and byte quotas (chapter 9). Every number is the target's own.

  Background:
    Given an innocent pair that relays
    And a paired phone and agent

  @LIM-01 @MUST
  Scenario Outline: The <sender>'s full burst passes, in order
    When the <sender> sends its full burst
    Then the <receiver> receives the whole burst in order

    Examples:
      | sender | receiver |
      | phone  | agent    |
      | agent  | phone    |

  @LIM-02 @MUST @negative
  Scenario Outline: The <sender>'s first message beyond its burst is refused
    When the <sender> sends its full burst
    And the <sender> sends one message more
    Then the <sender> is answered RATE_LIMITED
    And the error says how long to wait
    And the <receiver> receives the whole burst in order
    And nothing of it reaches the <receiver>
    And the innocent pair still relays

    Examples:
      | sender | receiver |
      | phone  | agent    |
      | agent  | phone    |

  @LIM-03 @MUST @negative
  Scenario Outline: After the wait that it was told, the <sender>'s next message passes
    When the <sender> sends its full burst
    And the <sender> sends one message more
    Then the <sender> is answered RATE_LIMITED
    And the <receiver> receives the whole burst in order
    When the <sender> waits for as long as the error said
    And the <sender> sends one message more
    Then the <receiver> receives it byte for byte
    And the innocent pair still relays

    Examples:
      | sender | receiver |
      | phone  | agent    |
      | agent  | phone    |

  @LIM-05 @MUST @negative
  Scenario: The phone's empty bucket is nobody else's
    Given another paired phone and agent
    When the phone sends its full burst
    And the phone sends one message more
    Then the phone is answered RATE_LIMITED
    When the agent sends a chat.done message
    Then the phone receives it byte for byte
    And the other pair still relays
    And the innocent pair still relays

  @LIM-06 @MUST @negative
  Scenario: Every forwarded type takes one from the bucket
    When the phone sends its full burst of types in turn
    And the phone sends one message more
    Then the phone is answered RATE_LIMITED
    And the innocent pair still relays

  @LIM-07 @MUST @negative
  Scenario: Messages refused because the peer is away take from the bucket
    When the agent leaves
    Then the phone is told that its peer is offline
    When the phone sends its full burst
    Then the phone is answered PEER_OFFLINE to the whole burst
    When the phone sends one message more
    Then the phone is answered RATE_LIMITED
    And the innocent pair still relays

  @LIM-08 @LIM-09 @MUST
  Scenario Outline: <what> costs nothing of the rate
    When the phone sends as many of these as its full burst
      """
      <text>
      """
    And the phone sends its full burst
    Then the agent receives the whole burst in order

    Examples:
      | what                        | text                                                                     |
      | ping                        | {"v":1,"type":"ping","id":"<id>","ts":<ts>,"payload":{}}                  |
      | a message refused for form  | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":null}           |
      | a message refused for role  | {"v":1,"type":"chat.done","id":"<id>","ts":<ts>,"payload":{"full_text":"a"}} |

  @LIM-11 @SHOULD @negative
  Scenario: A reconnect does not fill the bucket
    When the phone sends its full burst
    And the newcomer phone connects
    And the newcomer phone sends one message more
    Then the newcomer phone is answered RATE_LIMITED
    And the innocent pair still relays
