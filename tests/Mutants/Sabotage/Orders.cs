using System.Text.Json.Nodes;

namespace CoralMux.Mutants.Sabotage;

/// <summary>Orders that many mutants share. Each leaves alone what it does not match, and those given before it.</summary>
internal static class Orders
{
    public static void OnUp(this Saboteur saboteur, Func<Link, Message, bool> which, Func<Link, Message, Task> act)
    {
        var next = saboteur.Up ?? ((link, message) => link.ToRelayAsync(message));
        saboteur.Up = (link, message) => which(link, message) ? act(link, message) : next(link, message);
    }

    public static void OnDown(this Saboteur saboteur, Func<Link, Message, bool> which, Func<Link, Message, Task> act)
    {
        var next = saboteur.Down ?? ((link, message) => link.ToClientAsync(message));
        saboteur.Down = (link, message) => which(link, message) ? act(link, message) : next(link, message);
    }

    public static void OnUpFrame(this Saboteur saboteur, Func<Link, Frame, bool> which, Func<Link, Frame, Task> act) =>
        saboteur.UpFrame = (link, frame) => which(link, frame) ? act(link, frame) : link.ToRelayAsync(frame);

    public static void OnDownFrame(this Saboteur saboteur, Func<Link, Frame, bool> which, Func<Link, Frame, Task> act) =>
        saboteur.DownFrame = (link, frame) => which(link, frame) ? act(link, frame) : link.ToClientAsync(frame);

    /// <summary>Swallowed on the way to the relay.</summary>
    public static void DropUp(this Saboteur saboteur, Func<Link, Message, bool> which) => saboteur.OnUp(which, (_, _) => Task.CompletedTask);

    /// <summary>Swallowed on the way to the client.</summary>
    public static void DropDown(this Saboteur saboteur, Func<Link, Message, bool> which) => saboteur.OnDown(which, (_, _) => Task.CompletedTask);

    /// <summary>Refused in the relay's name.</summary>
    public static void RefuseUp(this Saboteur saboteur, Func<Link, Message, bool> which, string code) =>
        saboteur.OnUp(which, (link, message) => link.RefuseAsync(code, message));

    /// <summary>Handed to the peer past the relay.</summary>
    public static void LetUp(this Saboteur saboteur, Func<Link, Message, bool> which) =>
        saboteur.OnUp(which, (link, message) => link.Peer?.ToClientAsync(message) ?? link.ToRelayAsync(message));

    /// <summary>Changed on the way to the client.</summary>
    public static void EditDown(this Saboteur saboteur, Func<Link, Message, bool> which, Action<JsonObject> change) =>
        saboteur.OnDown(which, (link, message) => link.ToClientAsync(message.With(change)));

    /// <summary>Changed on the way to the client, in its payload.</summary>
    public static void EditPayloadDown(this Saboteur saboteur, Func<Link, Message, bool> which, Action<JsonObject> change) =>
        saboteur.OnDown(which, (link, message) => link.ToClientAsync(message.WithPayload(change)));

    /// <summary>The relay's own close frames with one code get another; null: none is sent.</summary>
    public static void CloseWith(this Saboteur saboteur, int code, int? instead) =>
        saboteur.OnDownFrame((_, frame) => frame.CloseCode == code,
            (link, _) => instead is { } other ? link.ToClientAsync(Frame.OfClose(other)) : Task.CompletedTask);

    /// <summary>An answer over HTTP is changed.</summary>
    public static void OnReply(this Saboteur saboteur, Func<HttpCall, bool> which, Action<HttpReply> change) =>
        saboteur.Http = async (call, ask) =>
        {
            var matches = which(call);
            var reply = await ask();
            if (matches)
                change(reply);
            return reply;
        };

    /// <summary>A request is answered without the relay.</summary>
    public static void OnCall(this Saboteur saboteur, Func<HttpCall, bool> which, Func<HttpCall, HttpReply> answer) =>
        saboteur.Http = (call, ask) => which(call) ? Task.FromResult(answer(call)) : ask();

    /// <summary>A request is changed on its way to the relay.</summary>
    public static void EditCall(this Saboteur saboteur, Func<HttpCall, bool> which, Action<HttpCall> change) =>
        saboteur.Http = (call, ask) =>
        {
            if (which(call))
                change(call);
            return ask();
        };
}
