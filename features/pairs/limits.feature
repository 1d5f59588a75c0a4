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
    When the <sender> waits as long as the error said
    And the <sender> sends one message more
    Then the <receiver> receives it byte for byte
    And the innocent pair still relays

    Examples:
      | sender | receiver |
      | phone  | agent    |
      | agent  | phone    |

  @LIM-37 @SHOULD @negative
  Scenario Outline: The wait that the <sender> is told is for one message, not for a minute
    When the <sender> sends its full burst
    And the <sender> sends one message more
    Then the <sender> is answered RATE_LIMITED
    And the error says to wait for one message's place, or a second more
    And the innocent pair still relays

    Examples:
      | sender |
      | phone  |
      | agent  |

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

  @LIM-08 @MUST @negative
  Scenario: A ping costs nothing of the rate
    When the phone sends as many of these as its full burst
      """
      {"v":1,"type":"ping","id":"<id>","ts":<ts>,"payload":{}}
      """
    And the phone sends its full burst
    Then the agent receives the whole burst in order
    When the phone sends one message more
    Then the phone is answered RATE_LIMITED
    And the innocent pair still relays

  @LIM-09 @MUST @negative
  Scenario Outline: What is refused for its <reason> costs nothing of the rate
    When the phone sends as many of these as its full burst
      """
      <text>
      """
    Then the phone is answered INVALID_MESSAGE to the whole burst
    When the phone sends its full burst
    Then the agent receives the whole burst in order
    When the phone sends one message more
    Then the phone is answered RATE_LIMITED
    And the innocent pair still relays

    Examples:
      | reason | text                                                                         |
      | form   | {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":null}              |
      | role   | {"v":1,"type":"chat.done","id":"<id>","ts":<ts>,"payload":{"full_text":"a"}} |

  @LIM-11 @SHOULD @negative
  Scenario: A reconnect does not fill the bucket
    When the phone sends its full burst
    Then the agent receives the whole burst in order
    When the newcomer phone connects
    And the newcomer phone sends one message more
    Then the newcomer phone is answered RATE_LIMITED
    And the innocent pair still relays

  @LIM-04 @MUST @negative @slow
  Scenario: The bucket fills again evenly, one message at a time
    When the phone sends its full burst
    And the phone sends one message more
    Then the phone is answered RATE_LIMITED
    And the agent receives the whole burst in order
    When the phone waits as long as the error said
    And the phone sends one message more
    Then the agent receives it byte for byte
    When the phone sends one message more
    Then the phone is answered RATE_LIMITED
    And the innocent pair still relays

  @LIM-10 @MUST @negative
  Scenario: Refusals for the rate take nothing from it
    When the phone sends its full burst
    And the phone sends one message more
    Then the phone is answered RATE_LIMITED
    And the agent receives the whole burst in order
    When the phone sends one message more
    Then the phone is answered RATE_LIMITED
    When the phone sends one message more
    Then the phone is answered RATE_LIMITED
    When the phone waits as long as the error said
    And the phone sends one message more
    Then the agent receives it byte for byte
    And the innocent pair still relays

  @LIM-13 @LIM-14 @LIM-15 @MUST
  Scenario: What is counted is the bytes of each message, once, both ways
    When the phone sends
      """
      {"v":1,"type":"chat.send","id":"<id>","ts":<ts>,"payload":{"text":"Grüße 👩‍👩‍👧 你好 \u00e9"}}
      """
    Then the agent receives it byte for byte
    When the agent sends a chat.done message
    Then the phone receives it byte for byte
    When the phone sends a chat.send message of exactly the maximum size
    Then the agent receives it byte for byte
    And a reconnecting phone is told that exactly what was delivered is used

  @LIM-16 @MUST @negative
  Scenario: What is refused is not counted
    When the phone sends a chat.done message
    Then the phone is answered INVALID_MESSAGE
    When the agent leaves
    Then the phone is told that its peer is offline
    When the phone sends its full burst
    Then the phone is answered PEER_OFFLINE to the whole burst
    When the phone sends one message more
    Then the phone is answered RATE_LIMITED
    And a reconnecting phone is told that exactly what was delivered is used
    And the innocent pair still relays

  @LIM-17 @MUST
  Scenario: Pings and what the relay says itself are not counted
    When the phone sends a ping message
    Then the phone is answered with a pong
    When the agent sends a ping message
    Then the agent is answered with a pong
    And a reconnecting phone is told that exactly what was delivered is used

  @LIM-30 @MUST
  Scenario: auth.ok tells the quota in force and what is used of it
    When the phone sends a chat.send message
    Then the agent receives it byte for byte
    And a reconnecting agent is told that exactly what was delivered is used
    And a reconnecting agent is told the target's daily quota

  @LIM-18 @LIM-21 @LIM-23 @MUST @negative @slow @spends-token
  Scenario: The daily quota can be used to its last byte, and no further
    When the agent uses up the daily quota
    And the agent sends a chat.done message
    Then the agent is answered DAILY_QUOTA_EXCEEDED
    And the error says to wait until midnight UTC
    When the phone sends a chat.send message
    Then the phone is answered DAILY_QUOTA_EXCEEDED
    And nothing of it reaches the agent
    And the innocent pair still relays

  @LIM-24 @MUST @alone
  Scenario: Usage outlives a restart
    When the phone sends a chat.send message of exactly the maximum size
    Then the agent receives it byte for byte
    When the relay is restarted
    Then a reconnecting phone is told that exactly what was delivered is used

  @LIM-25 @MUST @alone
  Scenario: Usage outlives a crash
    When the phone sends a chat.send message of exactly the maximum size
    Then the agent receives it byte for byte
    When the agent sends a chat.done message
    Then the phone receives it byte for byte
    When the relay crashes and is started again
    Then a reconnecting phone is told that no less is used than was delivered

  @LIM-12 @MAY
  Scenario: A client that is refused again and again may be closed
    When the phone sends more of these than are suffered in a minute
      """
      {"v":1,"type":"status","id":"<id>","ts":<ts>,"payload":{"peer":"offline"}}
      """
    Then the phone was answered each time, or closed for a policy violation after that

  @LIM-34 @MUST @negative
  Scenario: A client that is refused again and again is closed right after an error, or not at all
    When the phone sends more of these than are suffered in a minute
      """
      {"v":1,"type":"status","id":"<id>","ts":<ts>,"payload":{"peer":"offline"}}
      """
    Then the phone was answered each time, or closed for a policy violation after that
    And the innocent pair still relays

  @LIM-02 @MUST @negative
  Scenario Outline: One less than the burst, the whole of it, and one more: from the <sender>
    When the <sender> sends all of its full burst but one
    Then the <receiver> receives the whole burst in order
    When the <sender> sends one message more
    Then the <receiver> receives it byte for byte
    When the <sender> sends one message more
    Then the <sender> is answered RATE_LIMITED
    And nothing of it reaches the <receiver>
    And the innocent pair still relays

    Examples:
      | sender | receiver |
      | phone  | agent    |
      | agent  | phone    |

  @LIM-19 @LIM-21 @LIM-23 @MUST @negative @slow
  Scenario: The monthly quota ends what the day still allows
    Given a relay of its own with
      | daily quota   | 30000 bytes                      |
      | monthly quota | 45000 bytes                      |
      | clock         | midday in the middle of a month  |
    And an innocent pair that relays
    And a paired phone and agent
    When the phone uses up the daily quota
    And the phone sends one message more
    Then the phone is answered DAILY_QUOTA_EXCEEDED
    And the error says to wait until midnight UTC
    When the relay is restarted with
      | clock | a day later |
    And the innocent phone connects
    And the innocent agent connects
    And the phone connects
    And the agent connects
    And the agent uses up the monthly quota
    And the agent sends one message more
    Then the agent is answered MONTHLY_QUOTA_EXCEEDED
    And the error says to wait until the first of the month UTC
    And nothing of it reaches the phone
    And the innocent pair still relays

  @LIM-20 @MUST @negative
  Scenario: Where day and month are both used up, the day is named
    Given a relay of its own with
      | daily quota   | 30000 bytes                      |
      | monthly quota | 30000 bytes                      |
      | clock         | midday in the middle of a month  |
    And an innocent pair that relays
    And a paired phone and agent
    When the phone uses up the daily quota
    And the agent sends one message more
    Then the agent is answered DAILY_QUOTA_EXCEEDED
    And the error says to wait until midnight UTC
    And nothing of it reaches the phone
    And the innocent pair still relays

  @LIM-22 @MAY
  Scenario: A message that would cross the line may be refused
    Given a relay of its own with
      | daily quota          | 30000 bytes |
      | maximum message size | 20000 bytes |
    And an innocent pair that relays
    And a paired phone and agent
    When the phone uses up half of the daily quota
    And the phone sends a chat.send message of exactly the maximum size
    Then the agent receives it byte for byte, or the phone is answered DAILY_QUOTA_EXCEEDED

  @LIM-32 @MUST @negative
  Scenario: Who refuses a message that would cross the line names the day, and its end
    Given a relay of its own with
      | daily quota          | 30000 bytes                      |
      | monthly quota        | 30000 bytes                      |
      | maximum message size | 20000 bytes                      |
      | clock                | midday in the middle of a month  |
    And an innocent pair that relays
    And a paired phone and agent
    When the phone uses up half of the daily quota
    And the phone sends a chat.send message of exactly the maximum size
    Then the agent receives it byte for byte, or the phone is answered DAILY_QUOTA_EXCEEDED
    And the error says to wait until midnight UTC
    And the innocent pair still relays

  @LIM-26 @LIM-28 @MUST @negative @slow
  Scenario Outline: At midnight UTC the day begins anew, on connections that stay open: the relay's machine is in <zone>
    Given a relay of its own with
      | daily quota | 30000 bytes              |
      | clock       | 8 s before midnight UTC  |
      | time zone   | <zone>                   |
    And an innocent pair that relays
    And a paired phone and agent
    When the phone uses up the daily quota
    And the phone sends one message more
    Then the phone is answered DAILY_QUOTA_EXCEEDED
    And the error says to wait until midnight UTC
    When the phone waits as long as the error said
    And the phone sends one message more
    Then the agent receives it byte for byte
    And a reconnecting phone is told that exactly what was delivered is used
    And the innocent pair still relays

    Examples:
      | zone               |
      | UTC                |
      | Pacific/Kiritimati |
      | Pacific/Pago_Pago  |

  @LIM-27 @LIM-28 @MUST @negative @slow
  Scenario Outline: On the first of the month UTC the month begins anew: the relay's machine is in <zone>
    Given a relay of its own with
      | daily quota   | 30000 bytes                           |
      | monthly quota | 30000 bytes                           |
      | clock         | 8 s before the first of a month UTC   |
      | time zone     | <zone>                                |
    And an innocent pair that relays
    And a paired phone and agent
    When the phone uses up the daily quota
    And the phone sends one message more
    Then the phone is answered DAILY_QUOTA_EXCEEDED
    When the phone waits as long as the error said
    And the phone sends one message more
    Then the agent receives it byte for byte
    And the innocent pair still relays

    Examples:
      | zone               |
      | UTC                |
      | Pacific/Kiritimati |

  @LIM-24 @LIM-26 @MUST @negative @slow
  Scenario: A spent day stays spent over a restart, and is over after midnight
    Given a relay of its own with
      | daily quota | 30000 bytes                      |
      | clock       | midday in the middle of a month  |
    And an innocent pair that relays
    And a paired phone and agent
    When the phone uses up the daily quota
    And the relay is restarted
    And the phone connects
    And the agent connects
    And the phone sends one message more
    Then the phone is answered DAILY_QUOTA_EXCEEDED
    When the relay is restarted with
      | clock | a day later |
    And the innocent phone connects
    And the innocent agent connects
    And the phone connects
    And the agent connects
    And the phone sends one message more
    Then the agent receives it byte for byte
    And the innocent pair still relays

  @LIM-29 @MUST
  Scenario: A compressed message is counted as what it was before
    When the packing phone opens a connection that offers compression
    And the packing phone authenticates with
      | token | its token |
      | role  | its role  |
    Then the packing phone is accepted while its peer is online
    When the packing phone sends a chat.send message of exactly the maximum size compressed
    Then the agent receives it byte for byte
    And a reconnecting phone is told that exactly what was delivered is used

  @LIM-33 @MUST @negative
  Scenario: What a fault of the relay refuses is counted against the rate
    Given a relay of its own with
      | rate of a phone      | 5 a minute   |
      | maximum message size | 200000 bytes |
    And an innocent pair that relays
    And a paired phone and agent
    When the relay's store fails
    And the phone sends its full burst of large messages
    Then the phone is answered BACKEND_ERROR to the whole burst
    When the phone sends one message more
    Then the phone is answered RATE_LIMITED
    When the relay's store works again
    Then the innocent pair still relays

  @LIM-36 @MUST @slow
  Scenario: What was accepted stays counted, also when it cannot be delivered any more
    Given a relay of its own with
      | stall time-out | 60 s |
    And a paired phone and agent
    When the phone stops reading
    And the agent sends messages until the relay takes no more of them
    And the phone is cut off by its network
    Then the agent is told that its peer is offline
    And a reconnecting phone is told that exactly what was accepted is used
