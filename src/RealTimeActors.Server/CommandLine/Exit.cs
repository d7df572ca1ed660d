namespace RealTimeActors.Server.CommandLine;

/// <summary>What the program exits with. Part of its contract: scripts rely on it.</summary>
internal static class Exit
{
    /// <summary>It was done.</summary>
    internal const int Done = 0;

    /// <summary>The answer is no: the log is not as it was written, the server refused, there is nothing at the path.</summary>
    internal const int No = 1;

    /// <summary>It could not be begun: arguments, configuration, port, directory or file. One line on standard error says which.</summary>
    internal const int Unusable = 2;

    /// <summary>The server could not be reached, or did not answer in time. It may work later.</summary>
    internal const int Unreachable = 3;

    /// <summary>The token is missing, not valid, or does not give the right.</summary>
    internal const int NotAllowed = 4;

    /// <summary>A server that had to stop: another one has taken its store over, or the other nodes hold it for dead. Whatever runs it may start it again at once.</summary>
    internal const int Displaced = 5;

    /// <summary>Stopped by Ctrl+C or SIGTERM, as shells count it.</summary>
    internal const int Interrupted = 130;

    /// <summary>Nobody reads any more what is printed, as shells count it: <c>realtime tail … | head -3</c>.</summary>
    internal const int Unread = 141;

    /// <summary>For the end of <c>--help</c>.</summary>
    internal const string Explanation =
        "Exit codes: 0 done · 1 the answer is no (refused, or the log is not as it was written) · 2 arguments, configuration, port or file · 3 the server cannot be reached · 4 not allowed · 5 a server that another one has replaced, or that the other nodes hold for dead · 130 stopped · 141 nobody reads what is printed.";
}
