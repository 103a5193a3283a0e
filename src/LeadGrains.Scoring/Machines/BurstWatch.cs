namespace LeadGrains.Scoring;

/// <summary>
/// The newest signals of a grain that bursts watch, and what they gave. Whether a signal belongs to a burst depends on the
/// instants alone, so what two signals of one instant gave need not be told apart. A full list lets its oldest go: what
/// that gave stays, and no later signal makes a burst with it. A default value is empty.
/// </summary>
public struct BurstWatch
{
    /// <summary>The most signals that are kept.</summary>
    public const int Most = 64;

    // Several rules may look at one signal. What is beyond is not taken back.
    private const int MostGifts = 4 * Most;

    private ArenaList<WatchedSignal> _signals;
    private ArenaList<WatchedGift> _gifts;

    /// <summary>Nothing that bursts watch ever came.</summary>
    public readonly bool IsEmpty => _signals.Length == 0;

    /// <summary>By scoring instant; good until the next signal.</summary>
    public readonly ReadOnlySpan<WatchedSignal> Signals => _signals.Items;

    /// <summary>By scoring instant; good until the next signal.</summary>
    public readonly ReadOnlySpan<WatchedGift> Gifts => _gifts.Items;

    /// <summary>The newest instant at which a person engaged; the least instant where nobody did.</summary>
    internal readonly Instant EngagedAt
    {
        get
        {
            var signals = Signals;
            var i = signals.Length - 1;
            while (i >= 0 && signals[i].Actor != SignalActor.EngagedPerson)
                i--;
            return i < 0 ? Instant.Min : signals[i].At;
        }
    }

    /// <summary>What was stored before; its lists lie in the arena, or in none.</summary>
    /// <exception cref="ArgumentException">There are more signals than <see cref="Most"/>.</exception>
    public static BurstWatch Restore(ListArena? arena, ReadOnlySpan<WatchedSignal> signals, ReadOnlySpan<WatchedGift> gifts)
    {
        if (signals.Length > Most)
            throw new ArgumentException($"At most {Most} signals are kept.", nameof(signals));
        return new BurstWatch { _signals = new(arena, signals), _gifts = new(arena, gifts) };
    }

    /// <summary>Has the processor fetch the newest signals and gifts, which a signal is compared with.</summary>
    internal readonly void Fetch()
    {
        if (!Signals.IsEmpty)
            CacheLine.Fetch(in Signals[^1]);
        if (!Gifts.IsEmpty)
            CacheLine.Fetch(in Gifts[^1]);
    }

    /// <summary>Adds a signal and says whether it is part of a burst.</summary>
    /// <param name="arena">Where the list lies.</param>
    /// <param name="burst">The rule.</param>
    /// <param name="at">The signal's scoring instant.</param>
    /// <param name="isScanner">It is known to be a machine's already.</param>
    /// <param name="revealed">Instants of signals before it that are a machine's as well, as this one shows; one for each signal.</param>
    /// <param name="count">How many these are.</param>
    internal bool Add(
        ListArena? arena, BurstRule burst, Instant at, bool isScanner, Span<Instant> revealed, out int count)
    {
        var place = _signals.Length;
        while (place > 0 && Signals[place - 1].At > at)
            place--;
        _signals.Insert(arena, place, new WatchedSignal(at, isScanner ? SignalActor.Machine : SignalActor.Person));
        var isBurst = false;
        count = 0;
        var last = Math.Min(place, _signals.Length - burst.Count);
        for (var first = Math.Max(0, place - burst.Count + 1); first <= last; first++)
        {
            var candidates = _signals.Items.Slice(first, burst.Count);
            if (candidates[^1].At - candidates[0].At > burst.Within)
                continue;
            isBurst = true;
            for (var i = 0; i < candidates.Length; i++)
            {
                if (candidates[i].Actor == SignalActor.Machine)
                    continue;
                candidates[i] = candidates[i] with { Actor = SignalActor.Machine };
                if (first + i != place)
                    revealed[count++] = candidates[i].At;
            }
        }

        return isBurst;
    }

    /// <summary>Remembers what a rule made of a signal just added.</summary>
    internal void Remember(ListArena? arena, WatchedGift gift)
    {
        var place = _gifts.Length;
        while (place > 0 && Gifts[place - 1].At > gift.At)
            place--;
        _gifts.Insert(arena, place, gift);
        if (_gifts.Length > MostGifts)
            _gifts.Remove(0);
    }

    /// <summary>Gives out, and forgets, something that signals of that instant gave.</summary>
    internal bool TryTake(Instant at, out WatchedGift gift)
    {
        for (var i = 0; i < Gifts.Length; i++)
        {
            gift = Gifts[i];
            if (gift.At != at)
                continue;
            _gifts.Remove(i);
            return true;
        }

        gift = default;
        return false;
    }

    /// <summary>
    /// The newest instant at which the rule counted one of those kept. Where it counted none of them, those that it did
    /// count are older, and the oldest kept is the bound that is known.
    /// </summary>
    internal readonly Instant NewestOf(int rule)
    {
        var gifts = Gifts;
        for (var i = gifts.Length - 1; i >= 0; i--)
        {
            if (gifts[i].Rule == rule && gifts[i].Outcome == RuleOutcome.Counted)
                return gifts[i].At;
        }

        return Signals[0].At;
    }

    /// <summary>Gives the lists' room back.</summary>
    internal void Release(ListArena? arena)
    {
        _signals.Release(arena);
        _gifts.Release(arena);
    }

    /// <summary>Ends the turn of a signal just added: notes that it engaged, and lets the oldest of a list too long go.</summary>
    /// <param name="at">Its scoring instant.</param>
    /// <param name="engaged">A rule gave it positive points.</param>
    /// <returns>The instant of one that engaged and is no longer kept; else the least instant.</returns>
    internal Instant Settle(Instant at, bool engaged)
    {
        if (engaged)
            MarkEngaged(at);
        if (_signals.Length <= Most)
            return Instant.Min;
        var oldest = Signals[0];
        _signals.Remove(0);
        var left = 0;
        while (left < Gifts.Length && Gifts[left].At < Signals[0].At)
            left++;
        _gifts.Remove(0, left);
        return oldest.Actor == SignalActor.EngagedPerson ? oldest.At : Instant.Min;
    }

    private readonly void MarkEngaged(Instant at)
    {
        var signals = _signals.Items;
        var i = signals.Length - 1;
        while (signals[i].At != at || signals[i].Actor == SignalActor.Machine)
            i--;
        signals[i] = new WatchedSignal(at, SignalActor.EngagedPerson);
    }
}
