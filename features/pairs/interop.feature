Feature: Peers that encrypt
  Phones and agents that follow chapters 5 and 6, and those that were deployed before, exchange keys and talk. Each
  program reacts by itself. A deployed agent sends its key only when the relay says that the phone is online.

  Background:
    Given an innocent pair that relays

  @KEX-01 @PAIR-42 @PAIR-46 @MUST
  Scenario Outline: A <agent> agent and a <phone> phone meet, and the phone reads the answer
    When a <agent> agent meets a <phone> phone
    Then the phone reads the answer to its next question
    And no chat text was sent in the clear

    Examples:
      | agent      | phone      |
      | deployed   | deployed   |
      | deployed   | conforming |
      | conforming | deployed   |
      | conforming | conforming |

  @PAIR-78 @MUST
  Scenario Outline: A <phone> phone changes networks, and reads the next answer of a <agent> agent
    Given a <agent> agent meets a <phone> phone
    When the phone connects beside its old connection
    Then the phone reads the answer to its next question
    And no chat text was sent in the clear

    Examples:
      | agent      | phone      |
      | deployed   | deployed   |
      | deployed   | conforming |
      | conforming | deployed   |
      | conforming | conforming |

  @PAIR-42 @MUST
  Scenario Outline: A <phone> phone reconnects, and reads the next answer of a <agent> agent
    Given a <agent> agent meets a <phone> phone
    When the phone reconnects
    Then the phone reads the answer to its next question
    And no chat text was sent in the clear

    Examples:
      | agent      | phone      |
      | deployed   | deployed   |
      | deployed   | conforming |
      | conforming | deployed   |
      | conforming | conforming |

  @PAIR-78 @MUST
  Scenario Outline: A conforming agent connects beside its old connection, and a <phone> phone reads the next answer
    Given a conforming agent meets a <phone> phone
    When the agent connects beside its old connection
    Then the phone reads the answer to its next question
    And no chat text was sent in the clear

    Examples:
      | phone      |
      | deployed   |
      | conforming |

  @PAIR-42 @MUST
  Scenario Outline: A conforming agent reconnects, and a <phone> phone reads the next answer
    Given a conforming agent meets a <phone> phone
    When the agent reconnects
    Then the phone reads the answer to its next question
    And no chat text was sent in the clear

    Examples:
      | phone      |
      | deployed   |
      | conforming |

  # A deployed agent sends no key when it finds the phone there already. The phone keeps its question, and reconnects (KEX-28).
  @PAIR-78 @MUST
  Scenario Outline: A deployed agent connects beside its old connection, and a <phone> phone without a key reconnects and reads the answer
    Given a deployed agent meets a <phone> phone
    When the agent connects beside its old connection
    And the phone asks the agent
    And the phone reconnects
    Then the phone reads the answer
    And no chat text was sent in the clear

    Examples:
      | phone      |
      | deployed   |
      | conforming |

  @PAIR-42 @MUST
  Scenario Outline: A deployed agent reconnects, and a <phone> phone without a key reconnects too and reads the answer
    Given a deployed agent meets a <phone> phone
    When the agent reconnects
    And the phone asks the agent
    And the phone reconnects
    Then the phone reads the answer
    And no chat text was sent in the clear

    Examples:
      | phone      |
      | deployed   |
      | conforming |

  @PAIR-78 @MUST
  Scenario Outline: A <phone> phone changes networks in the middle of a <agent> agent's answer, and reads its end
    Given a <agent> agent meets a <phone> phone
    When the phone asks the agent, who stops in the middle of the answer
    And the phone connects beside its old connection
    And the agent goes on with its answer
    Then the phone reads the answer
    And no chat text was sent in the clear

    Examples:
      | agent      | phone      |
      | deployed   | deployed   |
      | deployed   | conforming |
      | conforming | deployed   |
      | conforming | conforming |
