namespace CoralMux.Harness.Profiles.Pairs.Load.Decisions;

/// <summary>The bytes that a token has used of a quota: those that the relay reported at the start, and those delivered since.</summary>
internal sealed class QuotaModel(long quota, long used)
{
    /// <summary>Bytes.</summary>
    public long Used { get; private set; } = used;

    /// <summary>Bytes.</summary>
    public long Quota => quota;

    /// <param name="otherUnderWay">Bytes of the other direction that the relay may have counted before.</param>
    /// <returns>True: right. False: wrong. Null: both would have been right.</returns>
    public bool? Judge(int size, long otherUnderWay, bool accepted)
    {
        var before = Used;
        if (!accepted)
            return before + size + otherUnderWay <= quota ? false : before >= quota ? true : null;
        Used += size;
        return before < quota;
    }
}
