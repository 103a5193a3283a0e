using System.Diagnostics.Metrics;

namespace LeadGrains.Storage.Commits;

/// <summary>What the journal counts, under the meter "leadgrains.storage".</summary>
internal sealed class JournalMeters : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "leadgrains.storage";

    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _size;
    private readonly Histogram<int> _appends;
    private readonly TimeProvider? _clock;

    /// <summary>Begins to count.</summary>
    /// <param name="clock">Measures how long commits take; null measures no durations.</param>
    public JournalMeters(TimeProvider? clock)
    {
        _clock = clock;
        _duration = _meter.CreateHistogram<double>("leadgrains.journal.commit.duration", "s", "From taking the appends that wait to their being on disk.");
        _size = _meter.CreateHistogram<int>("leadgrains.journal.commit.size", "By", "Bytes of one commit.");
        _appends = _meter.CreateHistogram<int>("leadgrains.journal.commit.appends", "{append}", "Appends that one commit made durable.");
    }

    public long Now() => _clock?.GetTimestamp() ?? 0;

    public void Committed(int appends, int bytes, long begun)
    {
        _size.Record(bytes);
        _appends.Record(appends);
        if (_clock is not null)
            _duration.Record(_clock.GetElapsedTime(begun).TotalSeconds);
    }

    public void Dispose() => _meter.Dispose();
}
