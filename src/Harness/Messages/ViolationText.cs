using System.Globalization;
using NJsonSchema;
using NJsonSchema.Validation;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CoralMux.Harness.Messages;

/// <summary>Turns the nested errors of NJsonSchema into a flat list that a person can act on.</summary>
internal static class ViolationText
{
    /// <summary>The alternative that this member marks (an enum of one value) is not the intended one.</summary>
    private const int OtherAlternative = 100;

    /// <summary>A value of another alternative's enum weighs more than anything that is merely missing.</summary>
    private const int OtherValue = 10;

    private const int LongestQuote = 60;

    public static IEnumerable<SchemaViolation> Describe(IEnumerable<ValidationError> errors, JToken document) =>
        Flatten(errors)
            .Select(error => (Steps: ErrorPath.Steps(error.Path), Error: error))
            .Where(found => !IsMemberOfNoObject(found.Error, document, found.Steps))
            .Select(found => new SchemaViolation(Pointer(found.Steps), Sentence(found.Error, Find(document, found.Steps))))
            .DistinctBy(violation => violation.Path);

    /// <summary>Replaces "none of the alternatives fits" by the problems of the nearest alternative.</summary>
    private static IEnumerable<ValidationError> Flatten(IEnumerable<ValidationError> errors) => errors.SelectMany(error => error switch
    {
        ChildSchemaValidationError { Errors.Count: 0 } => [error],
        ChildSchemaValidationError { Kind: ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf } choice =>
            choice.Errors.Values.Select(child => Flatten(child).ToList()).MinBy(Distance) is { Count: > 0 } closest ? closest : [error],
        ChildSchemaValidationError parent => Flatten(parent.Errors.Values.SelectMany(child => child)),
        _ => [error],
    });

    /// <summary>In addition to "must be an object", NJsonSchema reports every member that the non-object lacks.</summary>
    private static bool IsMemberOfNoObject(ValidationError error, JToken document, List<string> steps) =>
        error.Kind == ValidationErrorKind.PropertyRequired && Find(document, steps[..^1]) is not JObject;

    private static int Distance(List<ValidationError> errors) => errors.Sum(error => error.Kind switch
    {
        ValidationErrorKind.NotInEnumeration when IsMark(error.Schema) => OtherAlternative,
        ValidationErrorKind.PropertyRequired when error.Schema.ActualProperties.TryGetValue(error.Property, out var member)
            && IsMark(member.ActualSchema) => OtherAlternative,
        ValidationErrorKind.NotInEnumeration => OtherValue,
        _ => 1,
    });

    private static bool IsMark(JsonSchema schema) => schema.Enumeration.Count == 1;

    private static string Sentence(ValidationError error, JToken? found) => error.Kind switch
    {
        ValidationErrorKind.PropertyRequired => "is missing.",
        ValidationErrorKind.NoAdditionalPropertiesAllowed => "is not a member that this object may have.",
        ValidationErrorKind.StringExpected => $"must be a string; it is {Quote(found)}.",
        ValidationErrorKind.IntegerExpected => $"must be an integer; it is {Quote(found)}.",
        ValidationErrorKind.NumberExpected => $"must be a number; it is {Quote(found)}.",
        ValidationErrorKind.BooleanExpected => $"must be true or false; it is {Quote(found)}.",
        ValidationErrorKind.ObjectExpected => $"must be an object; it is {Quote(found)}.",
        ValidationErrorKind.ArrayExpected => $"must be an array; it is {Quote(found)}.",
        ValidationErrorKind.NullExpected => $"must be null; it is {Quote(found)}.",
        ValidationErrorKind.NoTypeValidates => $"must be {Types(error.Schema)}; it is {Quote(found)}.",
        ValidationErrorKind.NotInEnumeration => $"must be {Values(error.Schema)}; it is {Quote(found)}.",
        ValidationErrorKind.PatternMismatch => $"must match {error.Schema.Pattern}; it is {Quote(found)}.",
        ValidationErrorKind.StringTooShort => $"must have at least {error.Schema.MinLength} characters; it is {Quote(found)}.",
        ValidationErrorKind.StringTooLong => $"must have at most {error.Schema.MaxLength} characters; it is {Quote(found)}.",
        ValidationErrorKind.NumberTooSmall => string.Create(CultureInfo.InvariantCulture, $"must be at least {error.Schema.Minimum}; it is {Quote(found)}."),
        ValidationErrorKind.NumberTooBig or ValidationErrorKind.IntegerTooBig =>
            string.Create(CultureInfo.InvariantCulture, $"must be at most {error.Schema.Maximum}; it is {Quote(found)}."),
        ValidationErrorKind.TooFewItems => $"must have at least {error.Schema.MinItems} items.",
        ValidationErrorKind.TooManyItems => $"must have at most {error.Schema.MaxItems} items.",
        ValidationErrorKind.ItemsNotUnique => "must not name anything twice.",
        _ => $"breaks the rule {error.Kind}; it is {Quote(found)}.",
    };

    private static string Values(JsonSchema schema)
    {
        var values = schema.Enumeration.Select(value => JsonConvert.SerializeObject(value)).ToList();
        return values.Count == 1 ? values[0] : "one of " + string.Join(", ", values);
    }

    private static string Types(JsonSchema schema) =>
        string.Join(" or ", schema.Type.ToString().ToLowerInvariant().Split(", "));

    private static string Quote(JToken? found)
    {
        var text = found?.ToString(Formatting.None) ?? "absent";
        return text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
    }

    private static string Pointer(List<string> steps) => steps.Aggregate("", StrictJson.Append);

    private static JToken? Find(JToken document, List<string> steps)
    {
        var at = document;
        foreach (var step in steps)
        {
            at = at switch
            {
                JObject members => members[step],
                JArray items when int.TryParse(step, CultureInfo.InvariantCulture, out var index) && index < items.Count => items[index],
                _ => null,
            };
            if (at is null)
                return null;
        }
        return at;
    }
}
