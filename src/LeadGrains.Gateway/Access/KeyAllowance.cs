namespace LeadGrains.Gateway.Access;

/// <summary>How much one key may send and ask.</summary>
/// <param name="signals">Signals, and what is told of contacts and accounts; null for no limit.</param>
/// <param name="queries">Questions; null for no limit.</param>
internal sealed class KeyAllowance(TokenBucket? signals, TokenBucket? queries)
{
    /// <summary>Lets a call in. What it sends is counted once it is known how much that is.</summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED, with when to try again.</exception>
    public void LetIn(KeyScopes needed)
    {
        if ((needed & KeyScopes.Ingest) != KeyScopes.None && signals?.Wait is { Ticks: > 0 } sent)
            throw Refusals.Exceeded("signals", sent);
        if ((needed & ~KeyScopes.Ingest) != KeyScopes.None && queries?.Take(1) is { Ticks: > 0 } asked)
            throw Refusals.Exceeded("queries", asked);
    }

    /// <summary>Counts what a call that was let in has sent; one that brings nothing is work, too, and counts as one.</summary>
    public void CountSignals(int count) => signals?.Spend(Math.Max(1, count));

    /// <summary>Counts what comes along a stream, nothing as one, after waiting until it may.</summary>
    public async ValueTask CountStreamedAsync(int count, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (signals?.Take(Math.Max(1, count)) is { Ticks: > 0 } wait)
            await Task.Delay(wait, clock, cancellationToken);
    }
}
