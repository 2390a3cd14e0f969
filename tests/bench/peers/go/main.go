// The echo tool by the official Go SDK, as its documentation shows it: no sessions, JSON answers.
// Usage: go_echo PORT
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type echoed struct {
	Text string `json:"text"`
}

func echo(_ context.Context, _ *mcp.CallToolRequest, given echoed) (*mcp.CallToolResult, echoed, error) {
	return nil, given, nil
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go_echo PORT")
	}
	server := mcp.NewServer(&mcp.Implementation{Name: "echo", Version: "1"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "echo", Description: "Gives back its text"}, echo)
	settings := &mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true}
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, settings)
	http.Handle("/mcp", handler)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
