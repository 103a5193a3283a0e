using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Rollup;

/// <summary>Accounts that wait to be recomputed, each at most once.</summary>
internal sealed class RecomputeQueue(Column<AccountRoll> rolls)
{
    private readonly Queue<int> _due = new();
    private int _next = int.MaxValue;

    /// <summary>Some account waits.</summary>
    public bool HasDue => _due.Count > 0 || _next < rolls.Capacity;

    /// <summary>An account waits from now on.</summary>
    public void Add(int account)
    {
        if (rolls[account].IsDue)
            return;
        rolls[account].MakeDue();
        _due.Enqueue(account);
    }

    /// <summary>All accounts wait from now on.</summary>
    public void AddAll() => _next = 0;

    /// <summary>Takes the next account out, which is recomputed now.</summary>
    /// <param name="accounts">How many accounts there are.</param>
    /// <param name="account">Its slot.</param>
    public bool TryTake(int accounts, out int account)
    {
        if (_due.TryDequeue(out account))
            return true;

        if (_next < accounts)
        {
            account = _next++;
            return true;
        }

        _next = int.MaxValue;
        return false;
    }
}
