// The main job by the Go SDK, on both wires; what is asked and what must come is in ../calls.json.
// Usage: clients URL CALLS.json; prints a line for each wire that run.py reads, exits 1 when one is wrong.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const wholeJob = 120 * time.Second

type table struct {
	Tools []string
	Run   float64
	Calls []call
}

type call struct {
	Case, Tool, Expect string
	Arguments          map[string]any
}

type object = map[string]any

func main() {
	text, err := os.ReadFile(os.Args[2])
	if err != nil {
		fail(err)
	}
	var asked table
	if err := json.Unmarshal(text, &asked); err != nil {
		fail(err)
	}
	good := true
	for _, wire := range []string{"2026-07-28", "2025-11-25"} {
		wrong := tryOne(os.Args[1], wire, asked)
		word := "good"
		if len(wrong) > 0 {
			word, good = "wrong", false
		}
		fmt.Printf("%s: %s, %s: %d tools, %d calls\n", word, sdk(), wire, len(asked.Tools), len(asked.Calls))
		for _, each := range wrong {
			fmt.Println("  " + strings.Join(strings.Fields(each), " "))
		}
	}
	if !good {
		os.Exit(1)
	}
}

// sdk gives the SDK's name and version, as they were built in.
func sdk() string {
	if built, known := debug.ReadBuildInfo(); known {
		for _, each := range built.Deps {
			if strings.HasSuffix(each.Path, "/go-sdk") {
				return each.Path + " " + each.Version
			}
		}
	}
	return "the Go SDK"
}

func fail(err error) {
	fmt.Println(err)
	os.Exit(1)
}

// tryOne gives what one connection got wrong.
func tryOne(url, wire string, asked table) []string {
	ctx, cancel := context.WithTimeout(context.Background(), wholeJob)
	defer cancel()
	client := mcp.NewClient(&mcp.Implementation{Name: "adomcp-clients", Version: "1"}, nil)
	session, err := client.Connect(ctx, &mcp.StreamableClientTransport{Endpoint: url},
		&mcp.ClientSessionOptions{ProtocolVersion: wire})
	if err != nil {
		return []string{err.Error()}
	}
	defer session.Close()
	if spoken := session.InitializeResult().ProtocolVersion; spoken != wire {
		return []string{"the wire is " + spoken}
	}
	if err := checkTools(ctx, session, asked.Tools); err != nil {
		return []string{err.Error()}
	}
	var wrong []string
	var first object // the answer that every other one about the same run must equal
	for _, each := range asked.Calls {
		if err := tryCall(ctx, session, each, asked.Run, &first); err != nil {
			wrong = append(wrong, each.Case+": "+err.Error())
		}
	}
	return wrong
}

func checkTools(ctx context.Context, session *mcp.ClientSession, want []string) error {
	listed, err := session.ListTools(ctx, nil)
	if err != nil {
		return err
	}
	var names []string
	for _, tool := range listed.Tools {
		names = append(names, tool.Name)
	}
	slices.Sort(names)
	if !slices.Equal(names, want) {
		return fmt.Errorf("the tools are %v", names)
	}
	return nil
}

func tryCall(ctx context.Context, session *mcp.ClientSession, asked call, run float64, first *object) error {
	arguments, err := filled(asked.Arguments, *first)
	if err != nil {
		return err
	}
	answer, err := answerOf(session.CallTool(ctx, &mcp.CallToolParams{Name: asked.Tool, Arguments: arguments}))
	if err != nil {
		return err
	}
	switch asked.Expect {
	case "runs":
		return checkRuns(answer, arguments["top"])
	case "final_yaml":
		return checkDryRun(answer)
	}
	if err := checkFailure(answer, run); err != nil {
		return err
	}
	said := object{"run": answer["run"], "cause": answer["cause"], "failures": answer["failures"]}
	if *first == nil {
		*first = said
	}
	if !reflect.DeepEqual(said, *first) {
		return errors.New("the answer differs from the first one about this run")
	}
	return nil
}

// filled puts the link that the first answer gave where the table wants it.
func filled(arguments, first object) (object, error) {
	out := object{}
	for name, value := range arguments {
		out[name] = value
		text, isText := value.(string)
		if !isText || !strings.Contains(text, "{run_url}") {
			continue
		}
		run, known := first["run"].(object)
		if !known {
			return nil, errors.New("no link to ask with: the first call gave none")
		}
		out[name] = strings.ReplaceAll(text, "{run_url}", run["url"].(string))
	}
	return out, nil
}

// answerOf gives one call's answer, which must be the same as structure and as text.
func answerOf(result *mcp.CallToolResult, err error) (object, error) {
	if err != nil {
		return nil, err
	}
	if len(result.Content) == 0 {
		return nil, errors.New("the result has no content")
	}
	text, isText := result.Content[0].(*mcp.TextContent)
	if !isText {
		return nil, errors.New("the content is no text")
	}
	if result.IsError {
		return nil, errors.New(text.Text)
	}
	var answer object
	if err := json.Unmarshal([]byte(text.Text), &answer); err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(any(answer), result.StructuredContent) {
		return nil, errors.New("structure and text differ")
	}
	return answer, nil
}

func checkFailure(answer object, id float64) error {
	run, _ := answer["run"].(object)
	failures, _ := answer["failures"].([]any)
	cause, _ := answer["cause"].(string)
	switch {
	case run["id"] != id || run["result"] != "failed":
		return fmt.Errorf("the answer is about %v", run)
	case cause == "" || len(failures) == 0:
		return errors.New("no cause or no failure is given")
	}
	failure, _ := failures[0].(object)
	evidence, _ := failure["evidence"].([]any)
	if failure["task"] == "" || len(evidence) == 0 {
		return fmt.Errorf("the failing task or its evidence is missing: %v", failure)
	}
	for _, each := range evidence {
		line, _ := each.(object)
		number, _ := line["line"].(float64)
		if text, _ := line["text"].(string); number < 1 || text == "" {
			return errors.New("evidence without its place")
		}
	}
	return nil
}

func checkRuns(answer object, top any) error {
	runs, _ := answer["runs"].([]any)
	if want := fmt.Sprint(top); strconv.Itoa(len(runs)) != want {
		return fmt.Errorf("%d runs came, asked for %s", len(runs), want)
	}
	return nil
}

func checkDryRun(answer object) error {
	if run, started := answer["run"]; started {
		return fmt.Errorf("a dry run started %v", run)
	}
	if text, _ := answer["final_yaml"].(string); text == "" {
		return errors.New("no final YAML came")
	}
	return nil
}
