using System.Globalization;

namespace LeadGrains.Benchmarks.Peers.Processes;

/// <summary>A server and the processes that it has started.</summary>
internal static class ProcessTree
{
    // Fields of /proc/PID/stat, counted from the one after the program's name. Times are in hundredths of a second on
    // every Linux.
    private const int Parent = 1, User = 11, System = 12, EndedUser = 13, EndedSystem = 14;
    private const double TicksPerSecond = 100;

    /// <summary>Processor time of a process and all of its children, also of those that have ended.</summary>
    public static TimeSpan ProcessorTime(int root)
    {
        var all = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Fields: Read(id)))
            .Where(process => process.Fields.Length > EndedSystem)
            .ToDictionary(process => process.Id, process => process.Fields);
        var ticks = all.Keys.Where(id => id == root || IsBelow(all, id, root)).Sum(id => Ticks(all[id]));
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    private static bool IsBelow(Dictionary<int, string[]> all, int id, int root)
    {
        while (all.TryGetValue(id, out var fields))
        {
            id = int.Parse(fields[Parent], CultureInfo.InvariantCulture);
            if (id == root)
                return true;
        }

        return false;
    }

    private static long Ticks(string[] fields) =>
        new[] { User, System, EndedUser, EndedSystem }.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture));

    private static string[] Read(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            // It has ended since.
            return [];
        }
    }
}
