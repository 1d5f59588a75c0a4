using System.Text.Json;
using CoralMux.ReferenceRelay.Storage;

namespace CoralMux.ReferenceRelay.Profiles.Pairs.Messages;

/// <summary>The payload of <c>auth</c>. Token and role are compared exactly (PAIR-29); other members do not matter (ENV-14).</summary>
internal readonly record struct AuthRequest(TokenId Token, bool TokenWellFormed, Role Role, bool RoleKnown)
{
    /// <returns>Null when <c>token</c> or <c>role</c> is missing, not a string, or appears twice (PAIR-27).</returns>
    public static AuthRequest? Read(ReadOnlySpan<byte> payload)
    {
        string? token = null, role = null;
        var reader = new Utf8JsonReader(payload, isFinalBlock: true, new JsonReaderState(JsonText.Options));
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // Compared, not read: an escape in the name of an unknown member may have no equivalent in text (ENV-32).
                var isToken = JsonText.NameIs(ref reader, "token"u8);
                var isRole = JsonText.NameIs(ref reader, "role"u8);
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

        var wellFormed = PairingToken.TryParse(token, out var id);
        var known = Roles.TryParse(System.Text.Encoding.UTF8.GetBytes(role), out var parsed);
        return new AuthRequest(id, wellFormed, parsed, known);
    }
}
