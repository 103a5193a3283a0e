namespace LeadGrains.Scoring;

/// <summary>
/// The newest signals of a grain that bursts watch, and what they gave. Whether a signal belongs to a burst depends on the
/// instants alone, so what two signals of one instant gave need not be told apart. A full list lets its oldest go: what
/// that gave stays, and no later signal makes a burst with it.
/// </summary>
public sealed class BurstWatch
{
    /// <summary>The most signals that are kept.</summary>
    public const int Most = 64;

    // Several rules may look at one signal. What is beyond is not taken back.
    private const int MostGifts = 4 * Most;

    private WatchedSignal[]? _signals;
    private int _length;
    private WatchedGift[]? _gifts;
    private int _gifted;

    internal BurstWatch()
    {
    }

    /// <summary>By scoring instant; good until the next signal.</summary>
    public ReadOnlySpan<WatchedSignal> Signals => _signals.AsSpan(0, _length);

    /// <summary>By scoring instant; good until the next signal.</summary>
    public ReadOnlySpan<WatchedGift> Gifts => _gifts.AsSpan(0, _gifted);

    /// <summary>The newest instant at which a person engaged; the least instant where nobody did.</summary>
    internal Instant EngagedAt
    {
        get
        {
            var i = _length - 1;
            while (i >= 0 && _signals![i].Actor != SignalActor.EngagedPerson)
                i--;
            return i < 0 ? Instant.Min : _signals![i].At;
        }
    }

    /// <summary>What was stored before.</summary>
    /// <exception cref="ArgumentException">There are more signals than <see cref="Most"/>.</exception>
    public static BurstWatch Restore(ReadOnlySpan<WatchedSignal> signals, ReadOnlySpan<WatchedGift> gifts)
    {
        if (signals.Length > Most)
            throw new ArgumentException($"At most {Most} signals are kept.", nameof(signals));
        return new BurstWatch { _signals = signals.ToArray(), _length = signals.Length, _gifts = gifts.ToArray(), _gifted = gifts.Length };
    }

    /// <summary>Has the processor fetch the newest signals and gifts, which a signal is compared with.</summary>
    internal void Fetch()
    {
        if (_length > 0)
            CacheLine.Fetch(ref _signals![_length - 1]);
        if (_gifted > 0)
            CacheLine.Fetch(ref _gifts![_gifted - 1]);
    }

    /// <summary>Adds a signal and says whether it is part of a burst.</summary>
    /// <param name="burst">The rule.</param>
    /// <param name="at">The signal's scoring instant.</param>
    /// <param name="isScanner">It is known to be a machine's already.</param>
    /// <param name="revealed">Instants of signals before it that are a machine's as well, as this one shows; one for each signal.</param>
    /// <param name="count">How many these are.</param>
    internal bool Add(BurstRule burst, Instant at, bool isScanner, Span<Instant> revealed, out int count)
    {
        var place = _length;
        while (place > 0 && _signals![place - 1].At > at)
            place--;
        SortedArray.Insert(ref _signals, ref _length, place, new WatchedSignal(at, isScanner ? SignalActor.Machine : SignalActor.Person));
        var isBurst = false;
        count = 0;
        var last = Math.Min(place, _length - burst.Count);
        for (var first = Math.Max(0, place - burst.Count + 1); first <= last; first++)
        {
            var candidates = _signals.AsSpan(first, burst.Count);
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
    internal void Remember(WatchedGift gift)
    {
        var place = _gifted;
        while (place > 0 && _gifts![place - 1].At > gift.At)
            place--;
        SortedArray.Insert(ref _gifts, ref _gifted, place, gift);
        if (_gifted > MostGifts)
            Forget(1);
    }

    /// <summary>Gives out, and forgets, something that signals of that instant gave.</summary>
    internal bool TryTake(Instant at, out WatchedGift gift)
    {
        for (var i = 0; i < _gifted; i++)
        {
            gift = _gifts![i];
            if (gift.At != at)
                continue;
            _gifts.AsSpan(i + 1, _gifted - i - 1).CopyTo(_gifts.AsSpan(i));
            _gifted--;
            return true;
        }

        gift = default;
        return false;
    }

    /// <summary>
    /// The newest instant at which the rule counted one of those kept. Where it counted none of them, those that it did
    /// count are older, and the oldest kept is the bound that is known.
    /// </summary>
    internal Instant NewestOf(int rule)
    {
        for (var i = _gifted - 1; i >= 0; i--)
        {
            if (_gifts![i].Rule == rule && _gifts[i].Outcome == RuleOutcome.Counted)
                return _gifts[i].At;
        }

        return _signals![0].At;
    }

    /// <summary>Ends the turn of a signal just added: notes that it engaged, and lets the oldest of a list too long go.</summary>
    /// <param name="at">Its scoring instant.</param>
    /// <param name="engaged">A rule gave it positive points.</param>
    /// <returns>The instant of one that engaged and is no longer kept; else the least instant.</returns>
    internal Instant Settle(Instant at, bool engaged)
    {
        if (engaged)
            MarkEngaged(at);
        if (_length <= Most)
            return Instant.Min;
        var oldest = _signals![0];
        _signals.AsSpan(1, --_length).CopyTo(_signals);
        var left = 0;
        while (left < _gifted && _gifts![left].At < _signals[0].At)
            left++;
        Forget(left);
        return oldest.Actor == SignalActor.EngagedPerson ? oldest.At : Instant.Min;
    }

    private void MarkEngaged(Instant at)
    {
        var i = _length - 1;
        while (_signals![i].At != at || _signals[i].Actor == SignalActor.Machine)
            i--;
        _signals[i] = new WatchedSignal(at, SignalActor.EngagedPerson);
    }

    private void Forget(int oldest)
    {
        _gifted -= oldest;
        _gifts.AsSpan(oldest, _gifted).CopyTo(_gifts);
    }
}
