using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Targets.Useless;

/// <summary>
/// A relay in a few lines, with one fault. It implements enough of the protocol for scenarios to reach the fault, so that
/// what it passes shows what they really look at.
/// </summary>
public sealed class SmallRelay(Fault fault, string phone = "phone", string agent = "agent")
{
    public const string AdminKey = "small-relays-admin-key";

    private const int MaximumSize = 5_242_880;

    private static readonly string[] Namespaces = ["chat", "agent", "group", "memory", "system", "file"];
    private static readonly string[] AgentsOnly = ["chat.stream", "chat.done", "chat.tool_status"];

    private readonly ConcurrentDictionary<string, bool> _tokens = new();
    private readonly List<Client> _clients = []; // guarded by itself

    /// <summary>To be served by a <see cref="UselessTarget"/>.</summary>
    public async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var request = (await reader.ReadLineAsync(cancellationToken) ?? "").Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
        }

        if (request.Length < 3)
            return;
        if (headers.TryGetValue("Sec-WebSocket-Key", out var key))
            await ServeWebSocketAsync(stream, key, cancellationToken);
        else
            await AnswerHttpAsync(stream, request[0], request[1], headers.GetValueOrDefault("X-Admin-Key"), cancellationToken);
    }

    private async Task AnswerHttpAsync(NetworkStream stream, string method, string path, string? key, CancellationToken cancellationToken)
    {
        var (status, body) = (method, path) switch
        {
            ("POST" or "DELETE", _) when path.StartsWith("/api/v1/pair", StringComparison.Ordinal) && key != AdminKey =>
                ("401 Unauthorized", """{"code":"UNAUTHORIZED","message":"No."}"""),
            ("POST", "/api/v1/pair") => ("201 Created", $$"""{"token":"{{NewToken()}}"}"""),
            (_, "/api/v1/pair") => ("405 Method Not Allowed", """{"code":"METHOD_NOT_ALLOWED","message":"No."}"""),
            ("GET", _) when path.StartsWith("/api/v1/pair/", StringComparison.Ordinal) => ("200 OK", Presence(path["/api/v1/pair/".Length..])),
            ("GET", "/health") => ("200 OK", """{"status":"ok","connections":0,"sessions":0,"uptime_sec":1}"""),
            _ => ("404 Not Found", """{"code":"NOT_FOUND","message":"No."}"""),
        };
        var head = $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head + body), cancellationToken);
    }

    private string NewToken()
    {
        var token = "oc_pair_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _tokens[token] = true;
        return token;
    }

    private string Presence(string token)
    {
        lock (_clients)
        {
            bool There(string role) => _clients.Any(client => client.Token == token && client.Role == role);
            return $$"""{"phone":{{(There(phone) ? "true" : "false")}},"agent":{{(There(agent) ? "true" : "false")}}}""";
        }
    }

    private async Task ServeWebSocketAsync(NetworkStream stream, string key, CancellationToken cancellationToken)
    {
        await UselessTarget.SwitchAsync(stream, key, cancellationToken);
        var client = new Client(stream);
        try
        {
            using var frames = new FrameReader(stream, ReadOnlyMemory<byte>.Empty);
            var message = new MemoryStream();
            while (await frames.ReadAsync(cancellationToken) is { } frame)
            {
                if (frame.Opcode == Opcode.Close)
                {
                    Leave(client);
                    await client.SendAsync(Opcode.Close, frame.Payload.ToArray());
                    return;
                }

                if (client.IsClosed)
                    continue;
                if (frame.Opcode == Opcode.Ping)
                    await client.SendAsync(Opcode.Pong, frame.Payload.ToArray());
                if (frame.IsControl)
                    continue;
                message.Write(frame.Payload.Span);
                if (!frame.Fin)
                    continue;
                await TakeAsync(client, message.ToArray());
                message = new MemoryStream();
            }
        }
        finally
        {
            Leave(client);
        }
    }

    private async Task TakeAsync(Client client, byte[] message)
    {
        if (message.Length > MaximumSize)
        {
            await RefuseAsync(client, "MESSAGE_TOO_LARGE");
            return;
        }

        var envelope = Envelope.Read(message);
        if (client.Role is null)
            await AuthenticateAsync(client, envelope);
        else if (envelope.Type == "ping")
            await client.SayAsync("pong", "{}");
        else if (fault != Fault.ForwardsEverything && !IsForwarded(client, envelope))
            await RefuseAsync(client, "INVALID_MESSAGE");
        else
            await ForwardAsync(client, message);
    }

    private async Task AuthenticateAsync(Client client, Envelope envelope)
    {
        var known = envelope.Token is not null && (_tokens.ContainsKey(envelope.Token) || fault == Fault.AcceptsAnyToken) && fault != Fault.AcceptsNoToken;
        if (envelope.Type != "auth" || !known || (envelope.Role != phone && envelope.Role != agent))
        {
            if (fault != Fault.AnswersNoError)
                await client.SayAsync("auth.fail", $$"""{"code":"{{(envelope.Type is null ? "INVALID_MESSAGE" : "UNAUTHORIZED")}}","message":"No."}""");
            await client.CloseAsync(1008);
            return;
        }

        Client? former;
        List<Client> others;
        lock (_clients)
        {
            (client.Token, client.Role) = (envelope.Token, envelope.Role);
            former = _clients.Find(other => other.Token == client.Token && other.Role == client.Role);
            if (former is not null)
            {
                former.IsClosed = true; // before the newcomer is told: what it hears from then on is nobody's
                _clients.Remove(former);
            }

            others = Facing(client);
            _clients.Add(client);
        }

        await client.SayAsync("auth.ok", $$"""{"paired":{{(others.Count > 0 ? "true" : "false")}}}""");
        if (former is not null)
            await former.CloseAsync(4409);
        await TellAsync(others, "online");
    }

    private bool IsForwarded(Client client, Envelope envelope)
    {
        if (envelope.Type is not { } type || !envelope.HasPayload)
            return false;
        if (client.Role == phone && (AgentsOnly.Contains(type) || type.EndsWith(".result", StringComparison.Ordinal)))
            return false;
        return type == "key_exchange" || (type.Split('.') is [var space, _, ..] && Namespaces.Contains(space));
    }

    private async Task ForwardAsync(Client client, byte[] message)
    {
        List<Client> others;
        lock (_clients)
            others = Facing(client);
        if (others.Count == 0)
            await RefuseAsync(client, "PEER_OFFLINE");
        else if (fault != Fault.ForwardsNothing)
            await Task.WhenAll(others.Select(other => other.SendAsync(Opcode.Text, message)));
    }

    private async Task RefuseAsync(Client client, string code)
    {
        if (fault != Fault.AnswersNoError)
            await client.SayAsync("chat.error", $$"""{"code":"{{code}}","message":"No."}""");
        if (fault == Fault.ClosesOnEveryError)
            await client.CloseAsync(1008);
    }

    private List<Client> Facing(Client client) =>
        [.. _clients.Where(other => other.Role != client.Role && (other.Token == client.Token || fault == Fault.PairsEverybody))];

    private void Leave(Client client)
    {
        List<Client> others;
        lock (_clients)
        {
            if (!_clients.Remove(client))
                return;
            others = Facing(client);
        }

        _ = TellAsync(others, "offline");
    }

    private static Task TellAsync(List<Client> clients, string presence) =>
        Task.WhenAll(clients.Select(client => client.SayAsync("status", $$"""{"peer":"{{presence}}"}""")));

    /// <summary>As much of an envelope as this relay looks at.</summary>
    private sealed record Envelope(string? Type, bool HasPayload, string? Token, string? Role)
    {
        public static Envelope Read(byte[] message)
        {
            try
            {
                using var document = JsonDocument.Parse(message);
                var root = document.RootElement;
                var payload = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("payload", out var found) && found.ValueKind == JsonValueKind.Object
                    ? found
                    : default;
                return new Envelope(Text(root, "type"), payload.ValueKind == JsonValueKind.Object, Text(payload, "token"), Text(payload, "role"));
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                return new Envelope(null, false, null, null);
            }
        }

        private static string? Text(JsonElement element, string member) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
    }

    private sealed class Client(NetworkStream stream)
    {
        private readonly Lock _gate = new();
        private Task _last = Task.CompletedTask; // guarded by _gate

        public string? Token { get; set; }

        public string? Role { get; set; }

        public bool IsClosed { get; set; }

        private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        public Task SayAsync(string type, string payload) => SendAsync(Opcode.Text, Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $$"""{"v":1,"type":"{{type}}","id":"{{Guid.NewGuid()}}","ts":{{Now}},"payload":{{payload}}}""")));

        public async Task CloseAsync(int code)
        {
            IsClosed = true;
            await SendAsync(Opcode.Close, [(byte)(code >> 8), (byte)code]);
            if (stream.Socket.Connected)
                stream.Socket.Shutdown(SocketShutdown.Send);
        }

        public Task SendAsync(Opcode opcode, byte[] payload)
        {
            var bytes = new byte[FrameHeader.MaximumSize + payload.Length];
            var size = new FrameHeader(opcode, (ulong)payload.Length, MaskKey: null).Write(bytes);
            payload.CopyTo(bytes, size);
            lock (_gate)
                return _last = WriteAfterAsync(_last, bytes.AsMemory(0, size + payload.Length));
        }

        private async Task WriteAfterAsync(Task former, ReadOnlyMemory<byte> bytes)
        {
            await former;
            try
            {
                await stream.WriteAsync(bytes);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                IsClosed = true;
            }
        }
    }
}
