Feature: Operations
  What an operator asks over HTTP (chapter 11).

  Background:
    Given an innocent pair that relays

  @OPS-01 @MUST
  Scenario: Health is answered without a key
    When somebody asks GET /health
    Then the answer is OK
    And the answer is a valid health

  @OPS-06 @MUST
  Scenario: Metrics are Prometheus text
    When somebody asks GET /{metrics}
    Then the answer is OK
    And the answer has the header "Content-Type" "text/plain"

  @OPS-07 @MUST
  Scenario Outline: A JSON answer says that it is JSON: <method> <path>
    When the operator asks <method> <path>
    Then the answer has the header "Content-Type" "application/json"

    Examples:
      | method | path                 |
      | GET    | /health              |
      | POST   | /api/v1/pair         |
      | GET    | /api/v1/pair/{token} |

  @OPS-09 @MUST
  Scenario: An unknown path is not found
    When somebody asks GET /api/v1/nothing-here
    Then the answer is Not Found
    When somebody asks GET /no/such/page
    Then the answer is Not Found

  @OPS-10 @MUST
  Scenario Outline: A method that a path does not know is not allowed: <method> <path>
    When the operator asks <method> <path>
    Then the answer is Method Not Allowed

    Examples:
      | method | path                 |
      | POST   | /health              |
      | PUT    | /api/v1/pair/{token} |

  @OPS-11 @SHOULD
  Scenario: HEAD is answered as GET
    When somebody asks HEAD /health
    Then the answer is OK

  @OPS-02 @OPS-03 @OPS-04 @MUST @alone
  Scenario: Health counts connections and sessions rightly, also after many came and went
    Given the counts of health are noted
    When the client opens a connection
    Then health counts 1 connection and 0 sessions more
    When the client leaves
    Then health counts 0 connections and 0 sessions more
    When the phone connects
    And the agent connects
    Then health counts 2 connections and 1 session more
    When the agent leaves
    Then health counts 1 connection and 1 session more
    When the phone leaves
    Then health counts 0 connections and 0 sessions more
    When the other phone connects and leaves 100 times
    Then health counts 0 connections and 0 sessions more

  @OPS-05 @MUST
  Scenario: Uptime is in whole seconds
    Then its uptime is in whole seconds and grows with the clock

  @OPS-08 @SHOULD
  Scenario Outline: An error over HTTP is JSON with a code and a message: <method> <path>
    When somebody asks <method> <path>
    Then the answer is a valid error

    Examples:
      | method | path                 |
      | POST   | /api/v1/pair         |
      | DELETE | /api/v1/pair/{token} |
      | GET    | /api/v1/pair         |

  @OPS-12 @SHOULD
  Scenario Outline: Answers of the API are not to be kept: <method> <path>
    When the operator asks <method> <path>
    Then the answer has the header "Cache-Control" "no-store"

    Examples:
      | method | path                 |
      | POST   | /api/v1/pair         |
      | GET    | /api/v1/pair/{token} |

  @SEC-01 @MUST
  Scenario Outline: No answer emits a URL with a secret in it: <method> <path>
    When the operator asks <method> <path>
    Then nothing secret shows in the headers of the answer

    Examples:
      | method | path                  |
      | POST   | /api/v1/pair          |
      | GET    | /api/v1/pair/{token}  |
      | DELETE | /api/v1/pair/{token}  |

  @SEC-03 @MUST
  Scenario: Metrics tell no secret
    Given a paired phone and agent
    When the phone sends a chat.send message with a canary in it
    Then the agent receives it byte for byte
    When somebody asks GET /{metrics}
    Then the answer is OK
    And nothing secret shows in the answer

  @SEC-05 @MUST @negative
  Scenario Outline: The admin key counts in its header only, not in <place>
    When the operator asks POST /api/v1/pair with the admin key in <place>
    Then the answer is Unauthorized
    And the answer says "token" is absent
    And the innocent pair still relays

    Examples:
      | place         |
      | the-query     |
      | Authorization |
      | Cookie        |

  @OPS-13 @MAY
  Scenario: OPTIONS may be answered
    When somebody asks OPTIONS /health
    Then the answer is OK or No Content or Method Not Allowed

  @OPS-14 @MUST @negative
  Scenario Outline: A request is judged by path, method, key, token, in this order: <what>
    When somebody asks <method> <path> <how>
    Then the answer is <status>
    And the innocent pair still relays

    Examples:
      | what                       | method | path                   | how                    | status             |
      | path before key            | POST   | /api/v1/nothing        | with a wrong admin key | Not Found          |
      | method before key          | PUT    | /api/v1/pair           | with a wrong admin key | Method Not Allowed |
      | method before key, token   | POST   | /api/v1/pair/{unknown} | with a wrong admin key | Method Not Allowed |
      | key before token           | DELETE | /api/v1/pair/{unknown} | with a wrong admin key | Unauthorized       |

  @SEC-07 @SHOULD @negative
  Scenario: Only so many may wait before they authenticate
    Given a relay of its own with
      | connections before auth | 8    |
      | authentication time-out | 30 s |
    And an innocent pair that relays
    When 12 strangers open connections and say nothing
    Then the last of the strangers was slowed or turned away
    And the innocent pair still relays
