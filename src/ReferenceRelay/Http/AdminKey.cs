using System.Security.Cryptography;
using System.Text;
using CoralMux.ReferenceRelay.Options;

namespace CoralMux.ReferenceRelay.Http;

/// <summary>Who may create and delete tokens (PAIR-04, PAIR-06). Compares digests in constant time, so neither content nor length leaks (SEC-04). The
/// key counts in the header X-Admin-Key and nowhere else (SEC-05).</summary>
internal sealed class AdminKey(RelayOptions options)
{
    private readonly byte[]? _digest = options.AdminKey is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;

    public bool Admits(HttpContext context)
    {
        if (_digest is null)
            return options.OpenAdmin;

        var given = context.Request.Headers["X-Admin-Key"].ToString();
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), _digest);
    }

    public string Refusal => _digest is null
        ? "The pairing API is closed: this relay has no admin key."
        : "A valid X-Admin-Key is needed.";
}
