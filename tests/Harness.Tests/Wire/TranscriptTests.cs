using System.Security.Cryptography;
using System.Text;
using CoralMux.Harness.Wire;

namespace CoralMux.Harness.Tests.Wire;

/// <summary>What is kept of what was seen: all of an envelope that a person would read, the start and the hash of a large one.</summary>
public sealed class TranscriptTests
{
    private readonly Transcript _transcript = new(TimeProvider.System);

    [Theory]
    [InlineData(0, false)]
    [InlineData(Transcript.KeptBytes, false)]
    [InlineData(Transcript.KeptBytes + 1, true)]
    public void Add_OfSomeBytes_KeepsTheStartAndTheHashOfWhatIsCut(int length, bool isCut)
    {
        var content = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        _transcript.Add("phone", Direction.Sent, "text", content, "why");

        var entry = Assert.Single(_transcript.Entries);
        Assert.Equal(("phone", Direction.Sent, "text", length, "why"), (entry.Connection, entry.Direction, entry.Kind, entry.Length, entry.Note));
        Assert.Equal(content[..Math.Min(length, Transcript.KeptBytes)], entry.Bytes.ToArray());
        Assert.Equal(isCut ? Convert.ToHexStringLower(SHA256.HashData(content)) : null, entry.Sha256);
    }

    [Fact]
    public void Add_WithSeveralOpeners_AsksTheLatestFirst()
    {
        _transcript.Add("phone", Direction.Sent, "text", "early"u8);
        _transcript.OpenWith(content => content.Length == 5 ? "first" : null);
        _transcript.OpenWith(content => content[0] == (byte)'b' ? "second" : null);
        foreach (var text in new[] { "bbbbb", "aaaaa", "aaa" })
            _transcript.Add("phone", Direction.Received, "text", Encoding.ASCII.GetBytes(text));

        Assert.Equal([null, "second", "first", null], _transcript.Entries.Select(entry => entry.Opened));
    }

    [Theory]
    [InlineData(Transcript.KeptBytes, Transcript.KeptBytes)]
    [InlineData(Transcript.KeptBytes + 1, Transcript.KeptBytes + 1)]
    [InlineData(Transcript.KeptBytes + 100, Transcript.KeptBytes + 1)]
    public void Add_OfALongPlaintext_CutsItWithAMark(int length, int kept)
    {
        _transcript.OpenWith(_ => new string('x', length));
        _transcript.Add("phone", Direction.Sent, "text", "sealed"u8);

        var opened = _transcript.Entries[0].Opened!;
        Assert.Equal(kept, opened.Length);
        Assert.Equal(length > Transcript.KeptBytes, opened.EndsWith('…'));
    }

    [Fact]
    public void Note_OfAnEvent_IsALocalEntryInItsPlace()
    {
        _transcript.Add("phone", Direction.Sent, "text", "one"u8);
        _transcript.Note("phone", "connected");

        Assert.Equal((Direction.Local, "note", "connected"), (_transcript.Entries[1].Direction, _transcript.Entries[1].Kind, _transcript.Entries[1].Note));
        Assert.True(_transcript.Entries[0].At <= _transcript.Entries[1].At && _transcript.Entries[1].At <= _transcript.Elapsed);
    }
}
