using System.Text;
using CoralMux.ReferenceRelay.Profiles.Pairs.Messages;
using CoralMux.ReferenceRelay.Storage;
using CoralMux.ReferenceRelay.Tests.Support;

namespace CoralMux.ReferenceRelay.Tests.Relaying;

public sealed class ForwardingTests
{
    [Theory]
    [InlineData("""{"v":1,"type":"chat.send","id":"0d8f7c2e-5b1a-4c3d-9e2f-1a2b3c4d5e6f","ts":1,"payload":{}}""")]
    [InlineData(""" {"payload" : {"a":1,"a":2, "n":1.50e+3, "s":"\u00e9é😀\/"}, "x":[null] ,"type":"chat.brand_new","v":1}""")]
    [InlineData("""{"v":1,"type":"key_exchange","payload":{"pubkey":"AAAA"},"type2":"x"}""")]
    public async Task Message_OfEitherSide_ArrivesByteForByte(string text)
    {
        await using var relay = await TestRelay.StartAsync();
        var (phone, agent) = await relay.PairAsync();

        await phone.SendAsync(text);
        Assert.Equal(text, await agent.ReceiveTextAsync());
        await agent.SendAsync(text);
        Assert.Equal(text, await phone.ReceiveTextAsync());
    }

    [Fact]
    public async Task Message_InBinaryOrFragments_ArrivesAsOneText()
    {
        await using var relay = await TestRelay.StartAsync();
        var (phone, agent) = await relay.PairAsync();
        var text = Encoding.UTF8.GetBytes(Envelopes.Of("chat.send", """{"text":"ﬁn 😀"}"""));

        await phone.SendRawAsync(Frame.Of(Frame.Binary, text));
        Assert.Equal(text, await agent.ReceiveAsync());
        for (var i = 0; i < text.Length; i++)
        {
            await phone.SendRawAsync(Frame.Of(i == 0 ? Frame.Text : Frame.Continuation, text.AsSpan(i, 1), final: i == text.Length - 1));
            if (i % 10 == 0)
                await phone.SendRawAsync(Frame.Of(Frame.Ping, [(byte)i]));
        }

        Assert.Equal(text, await agent.ReceiveAsync());
        for (var i = 0; i < text.Length; i += 10)
            Assert.Equal([(byte)i], (await phone.ReceiveFrameAsync()).Payload);
    }

    [Fact]
    public async Task Message_AtTheLimit_Passes_AndOneMoreIsRefused()
    {
        await using var relay = await TestRelay.StartAsync();
        var (phone, agent) = await relay.PairAsync();
        byte[] largest = Envelopes.OfSize(5_242_880), larger = Envelopes.OfSize(5_242_881);

        await Task.WhenAll(phone.SendAsync(largest), AssertReceivesAsync(agent, largest));
        await phone.SendAsync(larger);
        var error = await phone.ReceiveErrorAsync("MESSAGE_TOO_LARGE");
        Assert.Equal(Envelopes.Id, error.GetProperty("ref").GetString());

        await phone.SendRawAsync(Frame.Of(Frame.Text, larger.AsSpan(0, 3_000_000), final: false));
        await phone.SendRawAsync(Frame.Of(Frame.Continuation, larger.AsSpan(3_000_000)));
        await phone.ReceiveErrorAsync("MESSAGE_TOO_LARGE");
        await phone.SendAsync(Envelopes.Of("chat.send"));
        Assert.Equal(Envelopes.Of("chat.send"), await agent.ReceiveTextAsync());
    }

    private static async Task AssertReceivesAsync(TestClient client, byte[] message)
    {
        var received = await client.ReceiveAsync();
        Assert.True(message.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task Message_AbsurdlyLarge_IsClosedWithTheErrorFirst()
    {
        await using var relay = await TestRelay.StartAsync();
        (var phone, _) = await relay.PairAsync();
        await phone.SendRawAsync(Frame.Of(Frame.Text, Encoding.UTF8.GetBytes(Envelopes.Of("chat.send")), length: long.MaxValue));

        await phone.ReceiveErrorAsync("MESSAGE_TOO_LARGE");
        Assert.Equal(1009, await phone.ReceiveCloseAsync());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("""{"v":1,"type":"foo.bar","payload":{}}""")]
    [InlineData("""{"v":1,"type":"status","payload":{"peer":"offline"}}""")]
    [InlineData("""{"v":1,"type":"auth.ok","payload":{}}""")]
    [InlineData("""{"v":1,"type":"auth.fail","payload":{}}""")]
    [InlineData("""{"v":1,"type":"chat.send","payload":{},"\u0074ype":"chat.done"}""")]
    [InlineData("""{"v":1,"type":"chat.done","payload":{}}""")]
    [InlineData("""{"v":1,"type":"\u0063hat.stream","payload":{}}""")]
    [InlineData("""{"v":1,"type":"agent.result","payload":{}}""")]
    public async Task Message_Refused_IsAnsweredAndNotForwarded(string text)
    {
        await using var relay = await TestRelay.StartAsync();
        var (phone, agent) = await relay.PairAsync();

        await phone.SendAsync(text);
        await phone.ReceiveErrorAsync("INVALID_MESSAGE");
        await phone.SendAsync(Envelopes.Of("chat.send"));

        Assert.Equal(Envelopes.Of("chat.send"), await agent.ReceiveTextAsync());
    }

    [Fact]
    public async Task Error_IdThatIsNoUuid_HasNoRef()
    {
        await using var relay = await TestRelay.StartAsync();
        (var phone, _) = await relay.PairAsync();

        await phone.SendAsync(Envelopes.Of("chat.done", id: "abc"));
        Assert.False((await phone.ReceiveErrorAsync("INVALID_MESSAGE")).TryGetProperty("ref", out _));
        await phone.SendAsync(Envelopes.Of("chat.done"));
        Assert.Equal(Envelopes.Id, (await phone.ReceiveErrorAsync("INVALID_MESSAGE")).GetProperty("ref").GetString());
    }

    [Fact]
    public async Task Pong_OfAClient_IsSwallowed()
    {
        await using var relay = await TestRelay.StartAsync();
        var (phone, agent) = await relay.PairAsync();

        await phone.SendAsync(Envelopes.Of("pong"));
        await phone.SyncAsync();
        await agent.SyncAsync();
    }

    [Fact]
    public async Task Text_NotUtf8_ClosesWith1007AndIsNotForwarded()
    {
        await using var relay = await TestRelay.StartAsync();
        var (phone, agent) = await relay.PairAsync();
        var text = Encoding.UTF8.GetBytes(Envelopes.Of("chat.send", """{"text":"?"}"""));
        text[Array.IndexOf(text, (byte)'?')] = 0xED;

        await phone.SendAsync(text);

        Assert.Equal(1007, await phone.ReceiveCloseAsync());
        await agent.AssertStatusAsync("offline");
    }

    [Fact]
    public async Task Frame_Unmasked_ClosesWith1002()
    {
        await using var relay = await TestRelay.StartAsync();
        var (phone, agent) = await relay.PairAsync();

        await phone.SendRawAsync(Frame.Of(Frame.Text, Encoding.UTF8.GetBytes(Envelopes.Of("chat.send")), masked: false));

        Assert.Equal(1002, await phone.ReceiveCloseAsync());
        await agent.AssertStatusAsync("offline");
    }

    [Fact]
    public async Task Close_OfAClient_IsEchoed()
    {
        await using var relay = await TestRelay.StartAsync();
        var (phone, agent) = await relay.PairAsync();

        await phone.SendRawAsync(Frame.Of(Frame.Close, [0x0F, 0xA1]));

        Assert.Equal(4001, await phone.ReceiveCloseAsync());
        await agent.AssertStatusAsync("offline");
    }

    [Fact]
    public async Task Messages_Pipelined_KeepTheirOrder()
    {
        const int count = 5000;
        await using var relay = await TestRelay.StartAsync("-rate-phone", "1000000", "-rate-agent", "1000000");
        var (phone, agent) = await relay.PairAsync();
        var sending = Task.WhenAll(SendManyAsync(phone), SendManyAsync(agent));

        await Task.WhenAll(ReceiveManyAsync(agent), ReceiveManyAsync(phone), sending);

        static Task SendManyAsync(TestClient client) =>
            client.SendRawAsync([.. Enumerable.Range(0, count).SelectMany(i =>
                Frame.Of(Envelopes.Of("chat.send", $$"""{"n":{{i}},"text":"{{new string('x', i % 700)}}"}""")))]);

        static async Task ReceiveManyAsync(TestClient client)
        {
            for (var i = 0; i < count; i++)
                Assert.Equal(i, (await client.ReceiveJsonAsync()).GetProperty("payload").GetProperty("n").GetInt32());
        }
    }

    [Fact]
    public async Task Message_WithoutPeer_IsPeerOffline_ToTheSenderOnly()
    {
        await using var relay = await TestRelay.StartAsync();
        var token = await relay.NewTokenAsync();
        await using var phone = await relay.JoinAsync(token, "phone");

        await phone.SendAsync(Envelopes.Of("chat.send"));

        var error = await phone.ReceiveErrorAsync("PEER_OFFLINE");
        Assert.Equal(Envelopes.Id, error.GetProperty("ref").GetString());
        await using var agent = await relay.JoinAsync(token, "agent");
        await agent.SyncAsync();
    }

    [Fact]
    public async Task Replacement_OldOneIsClosed_AndCanDoNothingToTheNew()
    {
        await using var relay = await TestRelay.StartAsync();
        var token = await relay.NewTokenAsync();
        var (old, agent) = await relay.PairAsync(token);
        await using var young = await relay.JoinAsync(token, "phone");

        await old.SendAsync(Envelopes.Of("chat.send", """{"text":"ghost"}"""));
        Assert.Equal(4409, await old.ReceiveCloseAsync());
        await old.DisposeAsync();
        await young.SendAsync(Envelopes.Of("chat.send"));

        await agent.AssertStatusAsync("online");
        Assert.Equal(Envelopes.Of("chat.send"), await agent.ReceiveTextAsync());
        await agent.SyncAsync();
        Assert.Equal((true, true), relay.Pairs.Sessions.Presence(IdOf(token)));
        Assert.Equal(2, relay.Host.Core.Connections.Open);
    }

    [Fact]
    public async Task Replacement_WhatTheOldOneStillSends_IsNotAnswered_AndCostsNothing()
    {
        await using var relay = await TestRelay.StartAsync("-rate-phone", "3");
        var token = await relay.NewTokenAsync();
        var (old, agent) = await relay.PairAsync(token);
        await using var young = await relay.JoinAsync(token, "phone");
        byte[] three = [.. Enumerable.Range(0, 3).SelectMany(_ => Frame.Of(Envelopes.Of("chat.send")))];

        await old.SendRawAsync([.. three, .. Frame.Of(Envelopes.Of("ping")), .. Frame.Of("{")]);
        Assert.Equal(Frame.Close, (await old.ReceiveFrameAsync()).Opcode);
        await young.SendRawAsync(three);

        await agent.AssertStatusAsync("online");
        for (var i = 0; i < 3; i++)
            Assert.Equal(Envelopes.Of("chat.send"), await agent.ReceiveTextAsync());
        await young.SyncAsync();
    }

    private static TokenId IdOf(string token)
    {
        Assert.True(PairingToken.TryParse(token, out var id));
        return id;
    }
}
