# SPDX-License-Identifier: Apache-2.0
# Completion of py-heap in fish: py-heap itself knows the words, @file, @dir and @pid are for us to fill in.
function __py_heap_complete
	set -l words (commandline -opc)
	set -l typed (commandline -ct)
	for candidate in ($words[1] --complete $words[2..-1] "$typed" 2>/dev/null)
		switch $candidate
			case @file
				__fish_complete_path "$typed"
			case @dir
				__fish_complete_directories "$typed"
			case @pid
				pgrep -f python
			case '*'
				echo $candidate
		end
	end
end
complete -c py-heap -f -a '(__py_heap_complete)'
