namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>Nobody reads any more what is printed: there is nothing left to do, and nobody to tell.</summary>
internal sealed class OutputClosedException() : IOException("Standard output was closed by its reader.");
