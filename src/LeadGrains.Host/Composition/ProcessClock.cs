namespace LeadGrains.Host.Composition;

/// <summary>The one place that the program takes its clock from.</summary>
internal static class ProcessClock
{
#pragma warning disable RS0030 // Everything else is given a TimeProvider; this is where it is given from.
    public static TimeProvider Instance => TimeProvider.System;
#pragma warning restore RS0030
}
