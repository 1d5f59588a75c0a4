namespace CoralMux.Harness.Gherkin;

/// <summary>Marks a class whose methods are steps; one instance per scenario. The shape is Reqnroll's.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BindingAttribute : Attribute;

/// <summary>What a step is for in the shape of a scenario, whatever its words.</summary>
public enum StepRole
{
    Ordinary,

    /// <summary>From here on another relay serves the scenario: what was shown of the former one says nothing about it.</summary>
    NewRelay,

    /// <summary>Shows before the act that the relay serves peers who have no part in it.</summary>
    PositiveControl,

    /// <summary>Shows at the end that it still serves them.</summary>
    LivenessCheck,
}

/// <summary>A step's text as a Cucumber expression.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public abstract class StepAttribute(StepKind kind, string expression) : Attribute
{
    public StepKind Kind { get; } = kind;

    public string Expression { get; } = expression;

    public StepRole Role { get; init; }
}

public sealed class GivenAttribute(string expression) : StepAttribute(StepKind.Given, expression);

public sealed class WhenAttribute(string expression) : StepAttribute(StepKind.When, expression);

public sealed class ThenAttribute(string expression) : StepAttribute(StepKind.Then, expression);

/// <summary>Defines a parameter type: the method turns the text that <see cref="Pattern"/> matched into the step's argument.</summary>
/// <param name="name">As in <c>{name}</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StepArgumentTransformationAttribute(string name, string pattern) : Attribute
{
    public string Name { get; } = name;

    public string Pattern { get; } = pattern;
}

/// <summary>Defines a parameter type by a static property that holds a table of <see cref="Words{T}"/>.</summary>
/// <param name="name">As in <c>{name}</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StepWordsAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
