using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Signals;

/// <summary>
/// One signal of a <see cref="SignalBatch"/>: where its parts lie in the batch's bytes, and where it belongs. Ranges
/// and <see cref="SeenHash"/> stand from reading on, the rest from validation on.
/// </summary>
public struct SignalSlice
{
    /// <summary>The whole signal, as the journal keeps it.</summary>
    public ByteRange Signal { readonly get; internal set; }

    /// <summary>The grain's id: `contact_id`, or `account_id` where that is empty.</summary>
    public ByteRange Key { readonly get; internal set; }

    /// <summary>`type`.</summary>
    public ByteRange Type { readonly get; internal set; }

    /// <summary>`account_id`; empty where the caller does not know it.</summary>
    public ByteRange AccountId { readonly get; internal set; }

    /// <summary>`email`; empty where unknown. It need not be an e-mail address.</summary>
    public ByteRange Email { readonly get; internal set; }

    /// <summary>Hash of workspace, kind and key.</summary>
    public ulong KeyHash { readonly get; internal set; }

    /// <summary>Hash of source and id, by which a repeated signal is known.</summary>
    public ulong SeenHash { readonly get; internal set; }

    /// <summary>The earlier of when it happened and when it was received.</summary>
    public Instant ScoringInstant { readonly get; internal set; }

    /// <summary>The partition of its grain, from 0.</summary>
    public int Partition { readonly get; internal set; }

    /// <summary>Position in the request, from 0.</summary>
    public int Index { readonly get; internal set; }

    /// <summary>Contact, or account where `contact_id` is empty.</summary>
    public GrainKind Kind { readonly get; internal set; }
}
