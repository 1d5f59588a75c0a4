using System.Buffers;
using System.Text.Json;

namespace CoralMux.ReferenceRelay.Http;

/// <summary>Small JSON answers (OPS-07, OPS-08), written without reflection.</summary>
internal static class Json
{
    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        await using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(buffer.WrittenMemory);
    }

    public static Task ErrorAsync(HttpContext context, int status, string code, string message) =>
        WriteAsync(context, status, json =>
        {
            json.WriteString("code", code);
            json.WriteString("message", message);
        });
}
