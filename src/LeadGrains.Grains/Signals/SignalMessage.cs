namespace LeadGrains.Grains.Signals;

/// <summary>Which message of the API carries the signals: the numbers of its fields differ.</summary>
public enum SignalMessage
{
    /// <summary>leadgrains.v1.RecordSignalsRequest.</summary>
    RecordRequest = 1,

    /// <summary>leadgrains.v1.StreamSignalsRequest.</summary>
    StreamRequest = 2,

    /// <summary>leadgrains.cluster.v1.SignalsRequest: the signals were checked where they came in.</summary>
    Forwarded = 3,
}
