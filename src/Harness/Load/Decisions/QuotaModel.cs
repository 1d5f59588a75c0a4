namespace CoralMux.Harness.Load.Decisions;

/// <summary>What a token has used of its day, from what the relay reported at the start and what was delivered since.</summary>
internal sealed class QuotaModel(long quota, long used)
{
    public long Used { get; private set; } = used;

    public long Quota => quota;

    /// <param name="otherUnderWay">Bytes of the other direction that may have been counted before.</param>
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
