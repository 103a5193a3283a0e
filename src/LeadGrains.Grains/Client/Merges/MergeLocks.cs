namespace LeadGrains.Grains.Merges;

/// <summary>
/// Lets one merge at a time have a contact, so that redirects never lead in a circle and a contact is not merged away
/// while another one is still on its way to it. Contacts share a bounded number of locks by their hash.
/// </summary>
internal sealed class MergeLocks
{
    private const int Stripes = 256;

    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits until no other merge has any of the contacts.</summary>
    /// <returns>Disposed when the merge is over.</returns>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken, params GrainKey[] contacts)
    {
        // In ascending order, so that no two wait for each other.
        var held = new Held(this);
        try
        {
            foreach (var stripe in contacts.Select(StripeOf).Distinct().Order())
            {
                await _stripes[stripe].WaitAsync(cancellationToken).ConfigureAwait(false);
                held.Stripes.Add(stripe);
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static int StripeOf(GrainKey contact) => (int)(KeyHash.Of(contact) % Stripes);

    private sealed class Held(MergeLocks locks) : IDisposable
    {
        public List<int> Stripes { get; } = [];

        public void Dispose()
        {
            foreach (var stripe in Stripes)
                locks._stripes[stripe].Release();
            Stripes.Clear();
        }
    }
}
