using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CoralMux.Mutants.Sabotage;

/// <summary>Header fields in their order, to be changed.</summary>
internal sealed class Fields(IEnumerable<(string Name, string Value)> fields)
{
    private readonly List<(string Name, string Value)> _fields = [.. fields];

    public string? this[string name]
    {
        get => _fields.Find(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        set
        {
            _fields.RemoveAll(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (value is not null)
                _fields.Add((name, value));
        }
    }

    public override string ToString() => string.Concat(_fields.Select(field => $"{field.Name}: {field.Value}\r\n"));
}

/// <summary>An HTTP request on its way through the saboteur, the handshake included.</summary>
internal sealed class HttpCall
{
    public required string Method { get; set; }

    public required string Path { get; set; }

    public required Fields Fields { get; init; }

    public byte[] Body { get; set; } = [];

    public required int ClientPort { get; init; }

    public bool IsHandshake => Path.StartsWith("/ws", StringComparison.Ordinal);

    public byte[] Bytes() => [.. Encoding.Latin1.GetBytes($"{Method} {Path} HTTP/1.1\r\n{Fields}\r\n"), .. Body];
}

/// <summary>An HTTP answer on its way back.</summary>
internal sealed class HttpReply
{
    public int Status { get; set; } = 200;

    public Fields Fields { get; init; } = new([]);

    public byte[] Body { get; set; } = [];

    public string Text
    {
        get => Encoding.UTF8.GetString(Body);
        set => Body = Encoding.UTF8.GetBytes(value);
    }

    public static HttpReply Of(int status, string json = "") =>
        new() { Status = status, Text = json, Fields = new(json.Length > 0 ? [("Content-Type", "application/json")] : []) };

    /// <summary>Changes the body, which is a JSON object.</summary>
    public void Edit(Action<JsonObject> change)
    {
        if (Body.Length == 0 || JsonNode.Parse(Body) is not JsonObject json)
            return;
        change(json);
        Text = json.ToJsonString();
    }

    /// <param name="isHead">The answer to HEAD: its length is that of a body that does not come.</param>
    public byte[] Bytes(bool isHead)
    {
        if (Status is not (101 or 204) && !isHead)
            Fields["Content-Length"] = Body.Length.ToString(CultureInfo.InvariantCulture);
        return [.. Encoding.Latin1.GetBytes($"HTTP/1.1 {Status} Sabotaged\r\n{Fields}\r\n"), .. isHead ? [] : Body];
    }
}
