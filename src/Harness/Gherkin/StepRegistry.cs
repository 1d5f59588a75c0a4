using System.Reflection;
using System.Text.RegularExpressions;
using CoralMux.Harness.Basics;

namespace CoralMux.Harness.Gherkin;

/// <summary>One step definition: an expression and the method behind it.</summary>
public sealed record StepDefinition(CucumberExpression Expression, StepKind Kind, StepRole Role, MethodInfo Method)
{
    public override string ToString() => $"{Method.DeclaringType!.Name}.{Method.Name} [{Kind} \"{Expression.Source}\"]";
}

/// <summary>A scenario's step with the definition it is bound to.</summary>
public sealed record BoundStep(ScenarioStep Step, StepDefinition Definition, IReadOnlyList<object> Arguments)
{
    /// <summary>Runs the step on the scenario's instance of its class.</summary>
    public async Task InvokeAsync(object instance)
    {
        try
        {
            if (Definition.Method.Invoke(instance, [.. Arguments]) is Task task)
                await task;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException);
        }
    }
}

/// <summary>All step definitions of a profile, and the binding of scenarios to them.</summary>
public sealed class StepRegistry
{
    private readonly List<StepDefinition> _definitions = [];
    private readonly Dictionary<string, ParameterType> _types;

    /// <param name="marker">A type of the assembly; the step classes in its namespace and below are read.</param>
    public StepRegistry(Type marker)
    {
        var space = marker.Namespace + ".";
        var classes = marker.Assembly.GetTypes()
            .Where(type => $"{type.Namespace}.".StartsWith(space, StringComparison.Ordinal) && type.GetCustomAttribute<BindingAttribute>() is not null)
            .ToList();
        _types = CucumberExpression.BuiltIn
            .Concat(classes.SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Static)).Select(AsParameterType).OfType<ParameterType>())
            .ToDictionary(type => type.Name);
        foreach (var method in classes.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance)))
        {
            foreach (var step in method.GetCustomAttributes<StepAttribute>())
                _definitions.Add(new StepDefinition(new CucumberExpression(step.Expression, _types), step.Kind, step.Role, method));
        }
    }

    public IReadOnlyList<StepDefinition> Definitions => _definitions;

    /// <summary>The role of a step; a step that is not defined has none.</summary>
    public StepRole RoleOf(ScenarioStep step) => _definitions
        .FirstOrDefault(one => one.Role != StepRole.Ordinary && Serves(one, step) && one.Expression.Match(step.Text) is not null)?.Role ?? StepRole.Ordinary;

    /// <summary>The words of the first step definition with a role.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public string TextOf(StepRole role) => _definitions.First(definition => definition.Role == role).Expression.Source;

    /// <summary>Binds every step of a scenario.</summary>
    /// <exception cref="FeatureFileException">A step is missing or ambiguous; the message names file and line.</exception>
    public IReadOnlyList<BoundStep> Bind(Scenario scenario) => [.. scenario.Steps.Select(step => Bind(scenario, step))];

    private BoundStep Bind(Scenario scenario, ScenarioStep step)
    {
        var matches = new List<BoundStep>();
        foreach (var definition in _definitions.Where(definition => Serves(definition, step)))
        {
            if (Match(scenario, step, definition) is { } arguments)
                matches.Add(new BoundStep(step, definition, Complete(scenario, step, definition, arguments)));
        }

        return matches switch
        {
            [var only] => only,
            [] => throw new FeatureFileException(
                $"{scenario.File}:{step.Line}: no {step.Kind} step matches '{step.Text}'; the nearest is '{Nearest(step)}'."),
            _ => throw new FeatureFileException(
                $"{scenario.File}:{step.Line}: '{step.Text}' is ambiguous between {string.Join(" and ", matches.Select(match => match.Definition))}."),
        };
    }

    // What may happen may have happened before: a Given takes the words of a When.
    private static bool Serves(StepDefinition definition, ScenarioStep step) =>
        definition.Kind == step.Kind || (step.Kind == StepKind.Given && definition.Kind == StepKind.When);

    // Spelled like the expressions, so that a parameter's value does not count as a difference; a type that accepts any word is ignored.
    private string? Nearest(ScenarioStep step)
    {
        var text = _types.Values.Where(type => !Regex.IsMatch("anyword", $"^(?:{type.Pattern})$")).Aggregate(
            step.Text, (spelled, type) => Regex.Replace(spelled, $@"(?<![\w{{])(?:{type.Pattern})(?!\w)", $"{{{type.Name}}}"));
        return _definitions.Where(definition => Serves(definition, step)).Select(definition => definition.Expression.Source)
            .MinBy(source => Math.Min(EditDistance.Between(step.Text, source), EditDistance.Between(text, source)));
    }

    private static IReadOnlyList<object>? Match(Scenario scenario, ScenarioStep step, StepDefinition definition)
    {
        try
        {
            return definition.Expression.Match(step.Text);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is FormatException reason)
        {
            throw new FeatureFileException($"{scenario.File}:{step.Line}: {reason.Message}");
        }
    }

    // A data table or a doc string is the method's last argument.
    private static IReadOnlyList<object> Complete(Scenario scenario, ScenarioStep step, StepDefinition definition, IReadOnlyList<object> arguments)
    {
        object? extra = step.Table is not null ? step.Table : step.DocString;
        var takes = definition.Method.GetParameters().Length;
        var has = arguments.Count + (extra is null ? 0 : 1);
        if (takes != has)
        {
            throw new FeatureFileException(
                $"{scenario.File}:{step.Line}: '{step.Text}' " +
                (takes > has ? "needs a data table or doc string below it." : "takes no data table or doc string."));
        }

        return extra is null ? arguments : [.. arguments, extra];
    }

    private static ParameterType? AsParameterType(MemberInfo member) => member switch
    {
        MethodInfo method when method.GetCustomAttribute<StepArgumentTransformationAttribute>() is { } type =>
            new ParameterType(type.Name, type.Pattern, text => method.Invoke(null, [text])!),
        PropertyInfo table when table.GetCustomAttribute<StepWordsAttribute>() is { } type => ((IWords)table.GetValue(null)!).ToParameterType(type.Name),
        _ => null,
    };
}
