namespace LeadGrains.Grains.Partitions;

/// <summary>What a loop's grains are for. Only one that serves proposes entries.</summary>
internal enum LoopDuty
{
    /// <summary>Its partitions are asked and told.</summary>
    Serve,

    /// <summary>It applies the journal from earlier on; accounts get what contacts contribute once that is done.</summary>
    Replay,

    /// <summary>It applies what others journal, under another model.</summary>
    Follow,
}
