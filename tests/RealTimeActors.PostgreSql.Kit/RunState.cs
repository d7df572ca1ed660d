namespace RealTimeActors.PostgreSql.Kit;

/// <summary>What a process or a thread of Linux is doing: the letter of proc_pid_stat(5).</summary>
public static class RunState
{
    /// <summary>It has ended, whether it was collected already or not.</summary>
    public const char Gone = 'X';

    /// <summary>It was stopped by a signal, and is in no call of the system.</summary>
    public const char Stopped = 'T';

    /// <param name="folder">/proc/4711, or /proc/4711/task/4712.</param>
    public static char Of(string folder)
    {
        try
        {
            // "4711 (postgres) S …": the name may hold anything but ends at the last parenthesis.
            var line = File.ReadAllText($"{folder}/stat");
            var state = line[line.LastIndexOf(')') + 2];
            return state == 'Z' ? Gone : state;
        }
        catch (IOException)
        {
            return Gone;
        }
    }
}
