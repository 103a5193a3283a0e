using System.Globalization;

namespace LeadGrains.Benchmarks.Load;

/// <summary>How signals are sent.</summary>
/// <param name="Request">One call a batch, or streams.</param>
/// <param name="Batch">Signals in a batch: a divisor of 1,000.</param>
/// <param name="Callers">Unary: who calls at the same time. Stream: how many calls.</param>
/// <param name="Window">Stream: batches of a call that are unanswered at most.</param>
internal sealed record LoadShape(RequestShape Request, int Batch, int Callers, int Window)
{
    public string Name => Request == RequestShape.Unary
        ? string.Create(CultureInfo.InvariantCulture, $"unary, batches of {Batch:N0}, {Callers} callers")
        : string.Create(CultureInfo.InvariantCulture, $"stream, batches of {Batch:N0}, {Callers} streams");

    /// <summary>Calls with one batch each.</summary>
    public static LoadShape Unary(int batch, int callers) => new(RequestShape.Unary, batch, callers, 1);

    /// <summary>A stream on each connection, with as many batches under way as the server takes of one.</summary>
    public static LoadShape Stream(int batch) => new(RequestShape.Stream, batch, SignalPool.Lanes, 16);
}
