using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>What became of a batch of signals.</summary>
/// <param name="Recorded">Newly recorded.</param>
/// <param name="Duplicates">Recorded before; they changed nothing.</param>
public readonly record struct RecordOutcome(uint Recorded, uint Duplicates)
{
    private readonly IReadOnlyList<Rejection>? _rejections;

    /// <summary>Signals of contacts that were erased, by their index in the request; the only ones refused this late.</summary>
    public IReadOnlyList<Rejection> Rejections { get => _rejections ?? []; init => _rejections = value.Count > 0 ? value : null; }

    /// <summary>Together with what became of other signals.</summary>
    internal RecordOutcome With(RecordOutcome others) => new(Recorded + others.Recorded, Duplicates + others.Duplicates)
    {
        Rejections = others._rejections is null ? Rejections : [.. Rejections, .. others._rejections],
    };
}

/// <summary>What became of upserted items.</summary>
public sealed record UpsertOutcome(uint Recorded, IReadOnlyList<Rejection> Rejections);

/// <summary>A change of one trait; a null value removes it.</summary>
public readonly record struct TraitEdit(string Name, TraitValue? Value);

/// <summary>A checked item of UpsertContacts. Null leaves what is there.</summary>
/// <param name="Index">Position in the request, from 0.</param>
/// <param name="Id">The contact.</param>
/// <param name="Email">Address, or null.</param>
/// <param name="AccountId">The account from now on, or null.</param>
/// <param name="Traits">Changes; traits that are not named stay.</param>
public sealed record ContactUpsert(int Index, string Id, string? Email, string? AccountId, IReadOnlyList<TraitEdit> Traits)
{
    /// <summary>Other ids of the same person, which are merged into the contact.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>When all of it was true: what was told later stays. Null means when it is received, as one ahead of that does.</summary>
    public Instant? AsOf { get; init; }

    /// <summary>The id names a person, and not a browser or a device: <see cref="MergesStrangersOnly"/> spares it.</summary>
    public bool Identified { get; init; }

    /// <summary>
    /// Of <see cref="Aliases"/>, those that name a person themselves or lead to another contact are refused, so that no two
    /// people become one. Which ids name people is what upserts with <see cref="Identified"/> said.
    /// </summary>
    public bool MergesStrangersOnly { get; init; }

    /// <summary>An e-mail address and an account that an upsert gave before stay as they are, however old.</summary>
    public bool OnlyAdds { get; init; }
}

/// <summary>A checked item of UpsertAccounts. Null leaves what is there.</summary>
/// <param name="Index">Position in the request, from 0.</param>
/// <param name="Id">The account.</param>
/// <param name="Name">Display name, or null.</param>
/// <param name="Domains">Registrable domains to claim, lower case; they add to those it has.</param>
/// <param name="Traits">Changes; traits that are not named stay.</param>
public sealed record AccountUpsert(int Index, string Id, string? Name, IReadOnlyList<string> Domains, IReadOnlyList<TraitEdit> Traits)
{
    /// <summary>As <see cref="ParentAccountId"/>: it is a part of no account any more.</summary>
    public const string NoParent = "-";

    /// <summary>Other names of the company; they add to those it has.</summary>
    public IReadOnlyList<string> CompanyNames { get; init; } = [];

    /// <summary>As a contact's. Domains and names only add, whenever they were true.</summary>
    public Instant? AsOf { get; init; }

    /// <summary>The account that it is a part of, not itself, or <see cref="NoParent"/>, or null.</summary>
    public string? ParentAccountId { get; init; }
}
