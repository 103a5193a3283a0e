using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>What became of a batch of signals.</summary>
/// <param name="Recorded">Newly recorded.</param>
/// <param name="Duplicates">Recorded before; they changed nothing.</param>
public readonly record struct RecordOutcome(uint Recorded, uint Duplicates)
{
    /// <summary>Together with what became of other signals.</summary>
    internal RecordOutcome With(RecordOutcome others) => new(Recorded + others.Recorded, Duplicates + others.Duplicates);
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

    /// <summary>The account that it is a part of, not itself, or <see cref="NoParent"/>, or null.</summary>
    public string? ParentAccountId { get; init; }
}
