using RealTimeActors.Benchmarks.Kernel;

switch (args.FirstOrDefault())
{
    case "kernel":
        return await KernelBenchmark.RunAsync(args[1..]);
    default:
        Console.Error.WriteLine("Expected the name of a benchmark: kernel. Example: dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- kernel");
        return 2;
}
