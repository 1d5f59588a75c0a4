using System.Text.Json;

namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>The payload of <c>auth</c>.</summary>
internal readonly record struct AuthRequest(TokenId Token, bool TokenWellFormed, Role Role, bool RoleKnown)
{
    /// <summary>Null when <c>token</c> or <c>role</c> is missing, no string, or ambiguous.</summary>
    public static AuthRequest? Read(ReadOnlySpan<byte> payload)
    {
        string? token = null, role = null;
        var reader = new Utf8JsonReader(payload);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (name is "token" or "role")
                {
                    ref string? member = ref name == "token" ? ref token : ref role;
                    if (member is not null || reader.TokenType != JsonTokenType.String)
                        return null;

                    member = reader.GetString();
                }

                reader.Skip();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }

        if (token is null || role is null)
            return null;

        bool wellFormed = TokenId.TryParse(token, out TokenId id);
        bool known = Roles.TryParse(System.Text.Encoding.UTF8.GetBytes(role), out Role parsed);
        return new AuthRequest(id, wellFormed, parsed, known);
    }
}
