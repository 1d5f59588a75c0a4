using System.Text.Json;

namespace CoralMux.ReferenceRelay.Protocol;

/// <summary>The payload of <c>auth</c>.</summary>
internal readonly record struct AuthRequest(TokenId Token, bool TokenWellFormed, Role Role, bool RoleKnown)
{
    /// <summary>Null when <c>token</c> or <c>role</c> is missing, no string, or ambiguous.</summary>
    public static AuthRequest? Read(ReadOnlySpan<byte> payload)
    {
        string? token = null, role = null;
        var reader = new Utf8JsonReader(payload, isFinalBlock: true, new JsonReaderState(Envelope.Options));
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // Compared, not read: the name of an unknown member need not be text at all.
                var isToken = Envelope.NameIs(ref reader, "token"u8);
                var isRole = Envelope.NameIs(ref reader, "role"u8);
                reader.Read();
                if (isToken || isRole)
                {
                    ref var member = ref isToken ? ref token : ref role;
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

        var wellFormed = TokenId.TryParse(token, out var id);
        var known = Roles.TryParse(System.Text.Encoding.UTF8.GetBytes(role), out var parsed);
        return new AuthRequest(id, wellFormed, parsed, known);
    }
}
