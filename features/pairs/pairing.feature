Feature: Pairing, authentication, presence
  How tokens come and go, who is let in, and what each side learns of the other (chapter 4).

  Background:
    Given an innocent pair that relays

  @PAIR-01 @PAIR-02 @MUST
  Scenario: The operator makes a token
    When the operator asks POST /api/v1/pair
    Then the answer is Created
    And the answer is a valid pair-response

  @PAIR-04 @MUST @negative
  Scenario Outline: Making a token <how> is refused
    When somebody asks POST /api/v1/pair <how>
    Then the answer is Unauthorized
    And the answer says "token" is absent
    And the innocent pair still relays

    Examples:
      | how                    |
      | without an admin key   |
      | with a wrong admin key |

  @PAIR-04 @MUST @negative
  Scenario Outline: Deleting a token <how> is refused and changes nothing
    Given a paired phone and agent
    When somebody asks DELETE /api/v1/pair/{token} <how>
    Then the answer is Unauthorized
    And the pair still relays
    When the newcomer phone connects
    Then the newcomer phone is still connected
    And the innocent pair still relays

    Examples:
      | how                    |
      | without an admin key   |
      | with a wrong admin key |

  @PAIR-05 @MUST @negative
  Scenario Outline: <method> on the pairing path is not allowed
    When the operator asks <method> /api/v1/pair
    Then the answer is Method Not Allowed
    And the innocent pair still relays

    Examples:
      | method  |
      | GET     |
      | PUT     |
      | DELETE  |
      | PATCH   |
      | OPTIONS |

  @PAIR-08 @MUST
  Scenario: A token's presence over HTTP follows its peers
    When somebody asks GET /api/v1/pair/{token}
    Then the answer is OK
    And the answer is a valid pair-status
    And the answer says "phone" is false
    And the answer says "agent" is false
    When the phone connects
    And somebody asks GET /api/v1/pair/{token}
    Then the answer says "phone" is true
    And the answer says "agent" is false
    When the agent connects
    And the phone leaves
    Then the agent is told that its peer is offline
    When somebody asks GET /api/v1/pair/{token}
    Then the answer is a valid pair-status
    And the answer says "phone" is false
    And the answer says "agent" is true

  @PAIR-09 @MUST @negative
  Scenario Outline: An unknown token has nobody: <token>
    When somebody asks GET /api/v1/pair/<token>
    Then the answer is Not Found, or OK with nobody there
    And the innocent pair still relays

    Examples:
      | token     |
      | {unknown} |
      | nonsense  |

  @PAIR-10 @PAIR-11 @PAIR-12 @MUST @negative
  Scenario: A deleted token is gone, and its connections with it
    Given a paired phone and agent
    When the operator asks DELETE /api/v1/pair/{token}
    Then the answer is No Content
    And the phone's connection is closed
    And the agent's connection is closed
    When the late client opens a connection
    And the late client authenticates with
      | token | its token |
      | role  | phone     |
    Then the late client is refused with auth.fail UNAUTHORIZED
    And the innocent pair still relays

  @PAIR-15 @MUST @negative
  Scenario: Deleting a token that is not there harms nobody
    When the operator asks DELETE /api/v1/pair/{unknown}
    Then the answer is Not Found or No Content
    When the operator asks DELETE /api/v1/pair/{token}
    Then the answer is No Content
    When the operator asks DELETE /api/v1/pair/{token}
    Then the answer is Not Found or No Content
    And the innocent pair still relays

  @PAIR-24 @PAIR-25 @MUST
  Scenario Outline: The <first> comes first, the <second> second, and both are told
    When the <first> opens a connection
    And the <first> authenticates with
      | token | its token |
      | role  | its role  |
    Then the <first> is accepted while its peer is offline
    When the <second> opens a connection
    And the <second> authenticates with
      | token | its token |
      | role  | its role  |
    Then the <second> is accepted while its peer is online
    And the <first> is told that its peer is online

    Examples:
      | first | second |
      | phone | agent  |
      | agent | phone  |

  @PAIR-26 @SHOULD
  Scenario: Authentication tells the daily quota and what is used of it
    When the phone opens a connection
    And the phone authenticates with
      | token | its token |
      | role  | its role  |
    Then the phone is accepted with its daily quota and use

  @PAIR-27 @MUST @negative
  Scenario Outline: A client with <what> is refused
    When the client opens a connection
    And the client authenticates with
      | token | <token> |
      | role  | <role>  |
    Then the client is refused with auth.fail UNAUTHORIZED
    And the innocent pair still relays

    Examples:
      | what             | token            | role    |
      | an unknown token | an unknown token | phone   |
      | an empty token   |                  | phone   |
      | an unknown role  | its token        | robot   |
      | an empty role    | its token        |         |

  @PAIR-27 @MUST @negative
  Scenario Outline: A client without <what> is refused
    When the client opens a connection
    And the client authenticates with
      | <member> | <value> |
    Then the client is refused with auth.fail UNAUTHORIZED
    And the innocent pair still relays

    Examples:
      | what    | member | value     |
      | a token | role   | phone     |
      | a role  | token  | its token |

  @PAIR-29 @MUST @negative
  Scenario Outline: Token and role are compared exactly: <what>
    When the client opens a connection
    And the client authenticates with
      | token | <token> |
      | role  | <role>  |
    Then the client is refused with auth.fail UNAUTHORIZED
    And the innocent pair still relays

    Examples:
      | what                        | token                      | role   |
      | the token in capitals       | its token in capitals      | phone  |
      | a space behind the token    | its token with a space     | phone  |
      | the role in capitals        | its token                  | PHONE  |
      | the role with a capital     | its token                  | Phone  |

  @PAIR-30 @MUST @negative
  Scenario Outline: A client that begins with <type> is refused
    When the client opens a connection
    And the client sends a <type> message
    Then the client is refused with an error UNAUTHORIZED
    And the innocent pair still relays

    Examples:
      | type         |
      | chat.send    |
      | ping         |
      | status       |
      | key_exchange |
      | hello        |

  @PAIR-31 @MUST @negative
  Scenario: A client that begins with nonsense is refused
    When the client opens a connection
    And the client sends
      """
      {"v":1,"type":"auth
      """
    Then the client is refused with an error INVALID_MESSAGE or UNAUTHORIZED
    And the innocent pair still relays

  @PAIR-32 @MUST @negative
  Scenario: Nothing from a client that is not authenticated reaches anybody
    Given a paired phone and agent
    When the client opens a connection
    And the client sends a chat.send message
    Then the client is refused with an error UNAUTHORIZED
    And nothing of it reaches the agent
    And nothing of it reaches the phone
    And the innocent pair still relays

  @PAIR-34 @PAIR-35 @PAIR-71 @MUST @negative
  Scenario Outline: A client that does not authenticate in time is closed: it <does>
    When the client opens a connection
    And the client <does> until its time to authenticate is over
    Then the client's connection is closed
    And the innocent pair still relays

    Examples:
      | does                     |
      | stays silent             |
      | pings                    |
      | dribbles an auth message |

  @PAIR-36 @MUST
  Scenario: An auth message as long as the specification promises is accepted
    When the phone opens a connection
    And the phone authenticates with
      | token  | its token   |
      | role   | its role    |
      | length | as promised |
    Then the phone is accepted while its peer is offline

  @PAIR-37 @SHOULD @negative
  Scenario: A longer message before authentication is refused
    When the client opens a connection
    And the client authenticates with
      | token  | its token                 |
      | role   | phone                     |
      | length | one byte more than promised |
    Then the client is refused with an error, or closed as too big
    And the innocent pair still relays

  @PAIR-38 @PAIR-39 @MUST @negative
  Scenario Outline: A second auth with <token> and role <role> changes nothing
    Given a paired phone and agent
    And another paired phone and agent
    When the phone authenticates with
      | token | <token> |
      | role  | <role>  |
    Then the phone is answered INVALID_MESSAGE
    And the pair still relays
    And the other pair still relays
    And the phone is told nothing more about its peer
    And the agent is told nothing more about its peer
    And the other phone is told nothing more about its peer
    And the innocent pair still relays

    Examples:
      | token            | role  |
      | its token        | phone |
      | its token        | agent |
      | the other token  | agent |
      | an unknown token | phone |

  @PAIR-42 @PAIR-43 @PAIR-79 @MUST
  Scenario Outline: Each coming and going is told once: the peer <goes>
    Given a paired phone and agent
    When the agent <goes>
    Then the phone is told that its peer is offline
    And the phone is told nothing more about its peer
    And the innocent phone is told nothing more about its peer
    When the agent connects
    Then the phone is told that its peer is online
    And the phone is told nothing more about its peer
    And the innocent phone is told nothing more about its peer
    And the pair still relays

    Examples:
      | goes                      |
      | leaves                    |
      | is cut off by its network |

  @PAIR-45 @MUST
  Scenario: A newcomer learns of its peer from auth.ok alone
    Given the phone connects
    When the agent connects
    Then the agent is told nothing more about its peer
    And the phone is told that its peer is online

  @PAIR-47 @MUST
  Scenario: A newcomer can be written to at once
    Given the phone connects
    When the agent connects
    And the phone sends a chat.send message
    Then the agent receives it byte for byte

  @PAIR-49 @PAIR-50 @PAIR-53 @PAIR-78 @PAIR-79 @MUST
  Scenario Outline: The newest connection of a role wins, and its peer is told once: <role>
    Given a paired phone and agent
    When the newcomer <role> connects
    Then the <role>'s connection is closed
    And the <peer> is told that its peer is online
    And the <peer> is told nothing more about its peer
    When the <peer> sends a chat.error message
    Then the newcomer <role> receives it byte for byte
    When the newcomer <role> sends a chat.error message
    Then the <peer> receives it byte for byte

    Examples:
      | role  | peer  |
      | phone | agent |
      | agent | phone |

  @PAIR-78 @MUST
  Scenario Outline: The news of a replacement comes between what the two connections say: <role>
    Given a paired phone and agent
    When the <role> sends all of its full burst but one
    Then the <role> is still connected
    When the newcomer <role> connects
    And the newcomer <role> sends one message more
    Then the <peer> learned that its peer is online between the messages of the <role> and that of the newcomer <role>

    Examples:
      | role  | peer  |
      | phone | agent |
      | agent | phone |

  @PAIR-51 @SHOULD
  Scenario: A replaced connection is told so by its close code
    Given a paired phone and agent
    When the newcomer phone connects
    Then the phone's connection is closed as replaced

  @PAIR-55 @PAIR-56 @MUST @negative
  Scenario Outline: A <sender>'s message to a peer that is not there is refused and not kept
    Given the <sender> connects
    When the <sender> sends a chat.send message
    Then the <sender> is answered PEER_OFFLINE
    When the <receiver> connects
    Then nothing of it reaches the <receiver>
    And the pair still relays
    And the innocent pair still relays

    Examples:
      | sender | receiver |
      | phone  | agent    |
      | agent  | phone    |

  @PAIR-57 @MUST @negative
  Scenario: An error goes to the one who caused it and to nobody else
    Given a paired phone and agent
    When the phone sends a chat.done message
    Then the phone is answered INVALID_MESSAGE
    And nothing of it reaches the agent
    And nothing of it reaches the innocent phone
    And nothing of it reaches the innocent agent
    And the innocent pair still relays

  @PAIR-58 @MUST @negative
  Scenario Outline: A phone may not send <type>
    Given a paired phone and agent
    When the phone sends a <type> message
    Then the phone is answered INVALID_MESSAGE
    And nothing of it reaches the agent
    And the pair still relays
    And the innocent pair still relays

    Examples:
      | type                 |
      | chat.stream          |
      | chat.done            |
      | chat.tool_status     |
      | chat.history.result  |
      | agent.result         |
      | memory.search.result |
      | file.list.result     |

  @PAIR-59 @MUST
  Scenario Outline: An agent may send what a phone usually sends: <type>
    Given a paired phone and agent
    When the agent sends a <type> message
    Then the phone receives it byte for byte

    Examples:
      | type          |
      | chat.send     |
      | agent.list    |
      | memory.search |

  @PAIR-60 @PAIR-61 @MUST @negative
  Scenario: Two pairs with two tokens never hear of each other
    Given a paired phone and agent
    And another paired phone and agent
    When the phone sends a chat.send message
    Then the agent receives it byte for byte
    And nothing of it reaches the other phone
    And nothing of it reaches the other agent
    And nothing of it reaches the phone
    And the other pair still relays
    And the innocent pair still relays

  @PAIR-03 @MUST
  Scenario: Tokens have nothing in common
    Then 20 tokens that the operator makes have no piece in common

  @PAIR-07 @MUST @alone
  Scenario: A token outlives a restart
    Given a paired phone and agent
    When the relay is restarted
    And the newcomer phone connects
    And the newcomer agent connects
    And the newcomer phone sends a chat.send message
    Then the newcomer agent receives it byte for byte

  @PAIR-13 @MUST @negative
  Scenario: A message that is half received when its token is deleted is not forwarded
    Given a paired phone and agent
    When the phone sends these frames
      | opcode | fin | payload    |
      | text   | no  | first half |
    And the operator asks DELETE /api/v1/pair/{token}
    And the phone sends these frames
      | opcode       | fin | payload     |
      | continuation | yes | second half |
    Then the agent's connection is closed
    And nothing of it has reached the agent
    And the innocent pair still relays

  @PAIR-16 @PAIR-17 @PAIR-18 @PAIR-19 @PAIR-21 @MUST @negative @alone
  Scenario: An address may register so often and no more, whatever it claims
    When somebody registers as often as an address may within an hour
    Then every registration gave a new token, and each lets a phone in
    When somebody registers once more
    Then the answer is Too Many Requests
    And the answer has the header "Retry-After" "1 to 3600"
    And the answer says "token" is absent
    When somebody registers once more, forwarded for "203.0.113.77"
    Then the answer is Too Many Requests
    And the innocent pair still relays

  @PAIR-28 @MUST @negative
  Scenario: A wrong role is answered alike whether or not the token exists
    When the first client opens a connection
    And the first client authenticates with
      | token | its token |
      | role  | robot     |
    And the second client opens a connection
    And the second client authenticates with
      | token | an unknown token |
      | role  | robot            |
    Then the first client and the second client were given the same answer
    And the innocent pair still relays

  @PAIR-33 @MUST
  Scenario: auth.ok comes before everything else
    Given the phone connects
    When the agent connects
    And the phone sends a chat.send message
    Then the agent receives it byte for byte
    And all that the relay sent was begun with auth.ok

  @PAIR-41 @MUST @negative
  Scenario: A token in the handshake lets nobody in
    When the client opens a connection with its token in the handshake
    And the client sends a chat.send message
    Then the client is refused with an error UNAUTHORIZED
    And the innocent pair still relays

  @PAIR-46 @MUST
  Scenario: A newcomer is announced before it speaks
    Given the phone connects
    When the agent connects
    And the agent sends a chat.done message
    Then the phone receives it byte for byte
    And the phone learned that its peer is online before it received that

  @PAIR-48 @MUST
  Scenario Outline: What a peer said before it left comes before the news that it left: it <goes>
    Given a paired phone and agent
    When the agent sends its full burst
    And the agent <goes>
    Then the phone receives the whole burst in order
    And the phone is told that its peer is offline
    And the phone learned that its peer is offline after it received that

    Examples:
      | goes   |
      | leaves |

  @PAIR-52 @MUST @negative
  Scenario: A replaced connection neither speaks nor hears
    Given a paired phone and agent
    When the newcomer phone connects
    And the phone sends a chat.send message
    Then nothing of it reaches the agent
    When the agent sends a chat.done message
    Then the newcomer phone receives it byte for byte
    And nothing of it has reached the phone
    And the innocent pair still relays

  @PAIR-80 @MUST @negative
  Scenario Outline: What a replaced connection still sends costs nothing of the rate: <role>
    Given a paired phone and agent
    When the <role> goes on sending after the newcomer <role> took its place
    And the newcomer <role> sends its full burst
    Then the <peer> receives the whole burst in order
    And the innocent pair still relays

    Examples:
      | role  | peer  |
      | phone | agent |
      | agent | phone |

  @PAIR-80 @MUST @negative
  Scenario: What a replaced connection still sends costs nothing of the quota
    Given a paired phone and agent
    When the phone goes on sending after the newcomer phone took its place
    Then a reconnecting phone is told that exactly what was delivered is used
    And the innocent pair still relays

  @PAIR-81 @SHOULD @negative
  Scenario: What a replaced connection still sends is not answered
    Given a paired phone and agent
    When the phone goes on sending after the newcomer phone took its place
    Then the phone was not answered after it was replaced
    And the innocent pair still relays

  @PAIR-62 @PAIR-63 @PAIR-64 @ENV-33 @MUST
  Scenario: All that both sides send at once arrives, in order, once
    Given a paired phone and agent
    Then order and exactly-once delivery hold in 5 random cases

  @PAIR-65 @PAIR-66 @MUST @negative
  Scenario: A peer that stops reading loses nothing silently and disturbs nobody
    Given a paired phone and agent
    When the agent stops reading
    And the phone floods the agent
    Then the innocent pair still relays
    When the agent reads again
    Then the agent has received every message of the flood, or the phone was told of the loss
    And the innocent pair still relays

  @PAIR-82 @MUST @negative
  Scenario: A peer that does not read has room for one message of the maximum size, and for the relay's own behind it
    Given a paired phone and agent
    When the agent stops reading
    And the phone sends the agent, who does not read, a message of the maximum size, and leaves without waiting
    And the agent reads again
    Then the agent receives it byte for byte
    And the agent is told that its peer is offline
    And the agent learned that its peer is offline after it received that
    And the innocent pair still relays

  @PAIR-67 @MUST @negative
  Scenario: A first message beyond every size ends the connection
    When the client opens a connection
    And the client sends a chat.send message of one byte more than the maximum size
    Then the client is refused with an error, or closed as too big
    And the innocent pair still relays

  @PAIR-74 @MUST
  Scenario: The auth accepted last holds the role, whoever came first
    When the early phone opens a connection
    And the late phone opens a connection
    And the late phone authenticates with
      | token | its token |
      | role  | its role  |
    Then the late phone is accepted while its peer is offline
    When the early phone authenticates with
      | token | its token |
      | role  | its role  |
    Then the early phone is accepted while its peer is offline
    And the late phone's connection is closed
    When the agent connects
    Then the early phone is told that its peer is online
    When the agent sends a chat.done message
    Then the early phone receives it byte for byte

  @PAIR-75 @SHOULD @negative
  Scenario: The connections of a deleted token are told why they are closed
    Given a paired phone and agent
    When the operator asks DELETE /api/v1/pair/{token}
    Then the phone is answered UNAUTHORIZED
    And the agent is answered UNAUTHORIZED
    And the phone's connection is closed for a policy violation
    And the innocent pair still relays

  @PAIR-76 @SHOULD @negative
  Scenario: A client that was only slow to authenticate is not called unauthorized
    When the client opens a connection
    And the client stays silent until its time to authenticate is over
    Then the client was sent nothing
    And the innocent pair still relays

  @PAIR-06 @MUST @negative @slow
  Scenario: Without an admin key configured nobody makes or deletes a token
    Given a relay of its own
    And a paired phone and agent
    And an innocent pair that relays
    When the relay is restarted with
      | admin key | none |
    And the innocent phone connects
    And the innocent agent connects
    And somebody asks POST /api/v1/pair without an admin key
    Then the answer is Unauthorized or Forbidden or Not Found
    And the answer says "token" is absent
    When somebody asks POST /api/v1/pair with an empty admin key
    Then the answer is Unauthorized or Forbidden or Not Found
    And the answer says "token" is absent
    When the operator asks POST /api/v1/pair
    Then the answer is Unauthorized or Forbidden or Not Found
    And the answer says "token" is absent
    When somebody asks DELETE /api/v1/pair/{token} without an admin key
    Then the answer is Unauthorized or Forbidden or Not Found
    When somebody asks DELETE /api/v1/pair/{token} with an empty admin key
    Then the answer is Unauthorized or Forbidden or Not Found
    When the operator asks DELETE /api/v1/pair/{token}
    Then the answer is Unauthorized or Forbidden or Not Found
    When the newcomer phone connects
    Then the newcomer phone is still connected
    And the innocent pair still relays

  @PAIR-20 @PAIR-72 @MUST @negative
  Scenario: Behind trusted proxies the client is the right-most address that is none of them
    Given a relay of its own with
      | trusted proxies        | 127.0.0.0/8,10.0.0.0/8 |
      | registrations an hour  | 2                      |
    And an innocent pair that relays
    When somebody registers as often as an address may within an hour, forwarded for "203.0.113.7"
    And somebody registers once more, forwarded for "203.0.113.7"
    Then the answer is Too Many Requests
    When somebody registers once more, forwarded for "198.51.100.9, 203.0.113.7, 10.1.2.3"
    Then the answer is Too Many Requests
    When somebody registers once more, forwarded for "nonsense, 203.0.113.7"
    Then the answer is Too Many Requests
    When somebody registers once more, forwarded for "203.0.113.7, 198.51.100.9, 10.1.2.3"
    Then the answer is Created
    When somebody registers as often as an address may within an hour, forwarded for "203.0.113.8, no, 10.9.9.9"
    And somebody registers once more, forwarded for "198.51.100.10, no, 10.9.9.9"
    Then the answer is Too Many Requests
    When somebody registers as often as an address may within an hour, forwarded for "203.0.113.8"
    And somebody registers once more, forwarded for "203.0.113.8"
    Then the answer is Too Many Requests
    And the innocent pair still relays

  @PAIR-22 @SHOULD @negative
  Scenario: Addresses that one client has many of count as one
    Given a relay of its own with
      | trusted proxies        | 127.0.0.0/8 |
      | registrations an hour  | 2           |
    And an innocent pair that relays
    When somebody registers as often as an address may within an hour, forwarded for "2001:db8:1:2::1"
    And somebody registers once more, forwarded for "2001:db8:1:2:ffff::9"
    Then the answer is Too Many Requests
    When somebody registers once more, forwarded for "2001:db8:1:3::1"
    Then the answer is Created
    When somebody registers as often as an address may within an hour, forwarded for "203.0.113.7"
    And somebody registers once more, forwarded for "::ffff:203.0.113.7"
    Then the answer is Too Many Requests
    And the innocent pair still relays

  @PAIR-70 @SHOULD @negative @alone
  Scenario: A few failures make nobody suspicious
    Given a relay of its own
    And an innocent pair that relays
    When 19 strangers try wrong tokens
    Then none of the strangers were slowed or turned away
    And the innocent pair still relays

  @PAIR-69 @MUST @negative @alone
  Scenario: Other faults than a wrong token are no guesses
    Given a relay of its own
    And an innocent pair that relays
    When 100 strangers speak nonsense first
    And 5 strangers try wrong tokens
    Then none of the strangers were slowed or turned away
    And the innocent pair still relays

  @PAIR-40 @SHOULD @negative @slow @alone
  Scenario: Somebody who tries token after token is slowed or turned away
    Given a relay of its own
    And an innocent pair that relays
    When 100 strangers try wrong tokens
    Then some of the strangers were slowed or turned away
    And the innocent pair still relays

  @PAIR-68 @MAY @slow @negative
  Scenario: A reader that takes nothing may be given up, and its peer is told
    Given a relay of its own with
      | stall time-out | 1 s |
    And an innocent pair that relays
    And a paired phone and agent
    When the agent stops reading but shows that it lives
    And the phone floods the agent
    And the phone waits longer than the stall time-out
    And the agent reads again
    Then the agent has received every message of the flood, or the phone was told of the loss
    And all that the relay sent was closed with codes of the table only
    And the innocent pair still relays

  @PAIR-60 @PAIR-61 @PAIR-63 @MUST @negative
  Scenario: Many pairs at once, in any order, and nothing crosses
    Then isolation of pairs holds in 5 random cases
    And the innocent pair still relays

  @PAIR-25 @PAIR-42 @PAIR-43 @PAIR-53 @PAIR-74 @PAIR-78 @PAIR-79 @MUST
  Scenario: Whoever comes, is replaced or goes, in any order: each side knows of the other what is so
    Then consistency of presence holds in 5 random cases
