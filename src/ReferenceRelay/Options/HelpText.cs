using System.Reflection;
using System.Text;

namespace CoralMux.ReferenceRelay.Options;

internal static class HelpText
{
    public static string Version { get; } =
        typeof(HelpText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static string Build(IEnumerable<Setting> settings)
    {
        var text = new StringBuilder("""
            coralmux-relay: pairs two WebSocket clients that hold the same token, and forwards between them.

              coralmux-relay -addr :8080 -admin-key my-secret
              curl -X POST http://localhost:8080/api/v1/pair -H "X-Admin-Key: my-secret"

            Flags take one dash or two, and "-flag value" or "-flag=value". Each is also an environment variable
            (-rate-phone: RELAY_RATE_PHONE) and a key of the -config file ("rate-phone"). Flags win over the
            environment, the environment over the file. SIGHUP reads file and limits again; SIGTERM drains and stops.


            """);
        foreach (var setting in settings)
            text.Append("  ").Append($"-{setting.Name} {setting.Value}".PadRight(30)).AppendLine(setting.Help);
        return text
            .Append("  ").Append("-config FILE".PadRight(30)).AppendLine("JSON file with any of the settings above")
            .Append("  ").Append("-help, -version".PadRight(30)).AppendLine("show this, or the version, and exit")
            .ToString();
    }
}
