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
    When somebody asks for the metrics
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
