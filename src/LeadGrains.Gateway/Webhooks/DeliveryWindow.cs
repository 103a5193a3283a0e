namespace LeadGrains.Gateway.Webhooks;

/// <summary>
/// What of one subscription has been read and not acknowledged, in the order of reading: so many at most. Knows the token
/// before which everything is done. For many threads.
/// </summary>
internal sealed class DeliveryWindow(string begin) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<Place> _places = new();
    private readonly SemaphoreSlim _room = new(WebhookLimits.Window);
    private string _cursor = begin;
    private Place? _newest;

    /// <summary>Everything before it is done.</summary>
    public string Cursor
    {
        get
        {
            lock (_gate)
                return _cursor;
        }
    }

    /// <summary>A place for what the token comes after, as soon as there is room.</summary>
    public async Task<Place> TakeAsync(string token, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        var place = new Place(token);
        lock (_gate)
            _places.Enqueue(_newest = place);
        return place;
    }

    /// <summary>Up to the token nothing more is to be delivered. It takes no place, or these alone would fill the window while one waits.</summary>
    public void Pass(string token)
    {
        lock (_gate)
        {
            if (_places.Count == 0)
                _cursor = token;
            else
                _newest!.Token = token;
        }
    }

    /// <summary>It is done; the cursor follows once all before it are.</summary>
    public void Done(Place place)
    {
        lock (_gate)
        {
            place.IsDone = true;
            while (_places.TryPeek(out var oldest) && oldest.IsDone)
            {
                _cursor = _places.Dequeue().Token;
                _room.Release();
            }
        }
    }

    public void Dispose() => _room.Dispose();

    /// <summary>One of what was read.</summary>
    internal sealed class Place(string token)
    {
        public string Token { get; set; } = token;

        public bool IsDone { get; set; }
    }
}
