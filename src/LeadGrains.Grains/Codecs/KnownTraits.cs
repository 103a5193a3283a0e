using System.Runtime.CompilerServices;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>
/// Traits as rows hold them. Most rows say what others have said before: each value is made once, and what follows from
/// several is worked out once for all rows that have the same. Bounded; one thread at a time.
/// </summary>
/// <param name="model">What roles, fit and disqualifiers come from.</param>
/// <param name="isAccount">Whose traits these are.</param>
/// <param name="columns">The names of the traits that have a column.</param>
internal sealed class KnownTraits(ScoringModel model, bool isAccount, IReadOnlyList<string> columns)
{
    // Beyond it they are forgotten: rows of people who have nothing in common are read one by one.
    private const int ValuesMax = 16_384;
    private const int SetsMax = 65_536;

    private readonly HashSet<string> _decisive =
    [
        .. model.Disqualifiers(isAccount).Select(disqualifier => disqualifier.Trait),
        .. (isAccount ? model.AccountFit : model.ContactFit).Select(rule => rule.Trait),
        .. isAccount ? [] : model.Roles.Select(role => role.Trait),
    ];

    private readonly Dictionary<ulong, KnownTrait> _values = [];
    private readonly Dictionary<(int Before, int Trait), int> _sets = [];
    private readonly Dictionary<int, TraitStanding> _standings = [];
    private readonly List<KnownTrait> _ofRow = [];
    private int _set;
    private int _newest;

    /// <summary>Begins another row.</summary>
    public void Begin()
    {
        if (_values.Count >= ValuesMax || _sets.Count >= SetsMax)
            Forget();
        _ofRow.Clear();
        _set = 0;
    }

    /// <summary>One trait of the row.</summary>
    /// <param name="message">A Trait message.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public KnownTrait Add(ReadOnlySpan<byte> message)
    {
        var hash = StableHash.Of(0, message);
        if (!_values.TryGetValue(hash, out var trait) || !message.SequenceEqual(trait.Message))
            _values[hash] = trait = Make(message);
        if (trait.IsDecisive)
        {
            _ofRow.Add(trait);
            if (!_sets.TryGetValue((_set, trait.Number), out var after))
                _sets.Add((_set, trait.Number), after = ++_newest);
            _set = after;
        }

        return trait;
    }

    /// <summary>What follows from all traits of the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public TraitStanding Standing()
    {
        if (_standings.TryGetValue(_set, out var standing))
            return standing;

        // No row names a trait twice. One that does has the last one, as wherever messages are read.
        var traits = new Dictionary<string, TraitValue>(_ofRow.Count, StringComparer.Ordinal);
        foreach (var trait in _ofRow)
            traits[trait.Name] = trait.Value;
        standing = new TraitStanding(
            Fit.Of(isAccount ? model.AccountFit : model.ContactFit, traits),
            isAccount ? -1 : RoleWeight.IndexOf(model, traits),
            Disqualifier.FirstOf(model.Disqualifiers(isAccount), traits));
        _standings.Add(_set, standing);
        return standing;
    }

    private KnownTrait Make(ReadOnlySpan<byte> message)
    {
        var stored = Stored.Trait.Parser.ParseFrom(message);
        var column = -1;
        for (var i = 0; i < columns.Count && column < 0; i++)
            column = columns[i] == stored.Name ? i : -1;
        return new KnownTrait(
            message.ToArray(), stored.Name, TraitCodec.FromStored(stored.Value)!, column, ++_newest, _decisive.Contains(stored.Name));
    }

    private void Forget()
    {
        _values.Clear();
        _sets.Clear();
        _standings.Clear();
    }
}

/// <param name="Message">What it was read from.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Column">The place of its column; -1 where it has none.</param>
/// <param name="Number">No other has it.</param>
/// <param name="IsDecisive">A fit rule, a role or a disqualifier looks at it.</param>
internal sealed record KnownTrait(byte[] Message, string Name, TraitValue Value, int Column, int Number, bool IsDecisive);

/// <param name="Fit">0 to 100.</param>
/// <param name="Role">The place among the model's roles; -1 for none.</param>
/// <param name="Disqualifier">The first that holds; null for none.</param>
internal readonly record struct TraitStanding(double Fit, int Role, Disqualifier? Disqualifier);
