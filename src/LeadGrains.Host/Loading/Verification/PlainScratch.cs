using LeadGrains.Host.Loading.Traffic;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>What is needed of a grain's past only while its signals are gone through; used for one grain after the other.</summary>
internal sealed class PlainScratch
{
    private readonly Dictionary<int, PlainWindow> _windows = [];
    private readonly List<(int Rule, string About, long Ticks)> _objects = [];

    public PlainDayCounts Days { get; } = new();

    public PlainWatch Watch { get; } = new();

    /// <summary>By rule with `latest`, the instant and the points of the signal that counts.</summary>
    public Dictionary<int, (long Ticks, double Points)> Latest { get; } = [];

    /// <summary>More happened than the server keeps, which the plain formulas do not follow.</summary>
    public bool IsBeyond => Watch.IsBeyond || _objects.Count > PlainWindow.Most || _windows.Values.Any(window => window.IsBeyond);

    public void Clear()
    {
        _windows.Clear();
        _objects.Clear();
        Days.Clear();
        Watch.Clear();
        Latest.Clear();
    }

    public PlainWindow Window(int index, PlainRule rule)
    {
        if (!_windows.TryGetValue(index, out var window))
        {
            _windows[index] = window = new PlainWindow(rule);
        }

        return window;
    }

    /// <summary>Whether a signal of the object counted for the rule at most so long before or after.</summary>
    public bool IsSeen(int rule, string about, long ticks, long withinTicks) => _objects.Exists(other =>
        other.Rule == rule && string.Equals(other.About, about, StringComparison.OrdinalIgnoreCase) && Math.Abs(other.Ticks - ticks) <= withinTicks);

    public void See(int rule, string about, long ticks) => _objects.Add((rule, about, ticks));

    public void Forget(int rule, string about, long ticks) => _objects.Remove((rule, about, ticks));
}
