using RealTimeActors.Client;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Protocol;
using RealTimeActors.Server.CommandLine.Remote;

namespace RealTimeActors.Server.CommandLine;

/// <summary>Runs a command and turns whatever stops it into one line on standard error and an exit code.</summary>
internal static class Running
{
    internal static async Task<int> RunAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (SettingsException bad)
        {
            foreach (var problem in bad.Problems)
                await Console.Error.WriteLineAsync(problem);

            return Exit.Unusable;
        }
        catch (CommandException stopped)
        {
            return await SayAsync(stopped.Message, stopped.ExitCode);
        }
        catch (RealTimeException refused)
        {
            return await SayAsync(refused.Message, ExitCodeOf(refused));
        }
        catch (OutputClosedException)
        {
            return Exit.Unread;
        }
        catch (OperationCanceledException)
        {
            return Exit.Interrupted;
        }
    }

    /// <summary>For a command that has no other answer than that it was done.</summary>
    internal static Task<int> RunAsync(Func<Task> run) => RunAsync(async () =>
    {
        await run();
        return Exit.Done;
    });

    private static int ExitCodeOf(RealTimeException refused) => refused.Code switch
    {
        (int)ErrorCode.Unauthenticated or (int)ErrorCode.Forbidden => Exit.NotAllowed,
        >= 4_300 and < 4_400 => Exit.NotAllowed,
        (int)ErrorCode.Overloaded or (int)ErrorCode.Timeout or 0 => Exit.Unreachable,
        _ => Exit.No,
    };

    private static async Task<int> SayAsync(string message, int exitCode)
    {
        await Console.Error.WriteLineAsync(message);
        return exitCode;
    }
}
