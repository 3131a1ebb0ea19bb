;;; specthis-eglot.el --- Check research repositories with specthis-lsp  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; Keywords: tools, tex

;;; Commentary:

;; specthis-lsp holds specs (specs/*.md), scripts, results, figures and
;; LaTeX sections of a research repository to one another.  This package
;; lets Eglot start it:
;;
;;   (add-hook 'markdown-mode-hook #'specthis-eglot-ensure)
;;   (add-hook 'latex-mode-hook #'specthis-eglot-ensure)
;;
;; Eglot has one server for a buffer.  In specthis projects it is
;; specthis-lsp from now on; anywhere else nothing changes, and what you
;; have for Markdown and LaTeX (marksman, texlab, ...) stays.

;;; Code:

(require 'compile)
(require 'eglot)

(defgroup specthis-eglot nil
  "Research repositories, checked by specthis-lsp."
  :group 'eglot
  :prefix "specthis-eglot-")

(defcustom specthis-eglot-command '("specthis-lsp" "--stdio")
  "The program that serves Eglot, and its arguments."
  :type '(repeat string))

(defcustom specthis-eglot-modes
  '(markdown-mode gfm-mode latex-mode LaTeX-mode plain-tex-mode conf-toml-mode toml-ts-mode
    makefile-mode makefile-gmake-mode makefile-bsdmake-mode)
  "Major modes of the files that one server of a project looks after."
  :type '(repeat symbol))

(defun specthis-eglot-root (&optional folder)
  "The specthis project around FOLDER, or nil.  By default, the current folder."
  (locate-dominating-file
   (or folder default-directory)
   (lambda (parent)
     (or (file-exists-p (expand-file-name "specthis.toml" parent))
         (file-directory-p (expand-file-name "specs" parent))))))

(defun specthis-eglot--project (folder)
  "A project for FOLDER, to be asked where nothing else knows one."
  (let ((root (specthis-eglot-root folder)))
    (and root (cons 'transient (file-name-as-directory (expand-file-name root))))))

(defun specthis-eglot--choice (choice)
  "Return what the server said of CHOICE."
  (get-text-property 0 'eglot--lsp-item choice))

(defun specthis-eglot--region (choice)
  "Return where the text begins and ends whose place CHOICE takes."
  (when-let ((range (plist-get (plist-get (specthis-eglot--choice choice) :textEdit) :range)))
    (if (fboundp 'eglot-range-region) (eglot-range-region range) (eglot--range-region range))))

(defun specthis-eglot--write (choice beginning end)
  "Write CHOICE, whole, for what stands from BEGINNING to END."
  (let* ((item (specthis-eglot--choice choice))
         (snippet (and (eql (plist-get item :insertTextFormat) 2) (eglot--snippet-expansion-fn))))
    (delete-region beginning end)
    (goto-char beginning)
    (funcall (or snippet #'insert) (plist-get (plist-get item :textEdit) :newText))))

(defun specthis-eglot--completion-at-point ()
  "Complete the text that the server would have replaced.
Eglot takes the symbol at point for that.  Of a status of several words
it is the last one, and those before it would be written twice."
  (when-let* ((eglots (and (eglot-current-server) (eglot-completion-at-point)))
              (choices (all-completions "" (nth 2 eglots)))
              (region (specthis-eglot--region (car choices)))
              (sorted (completion-metadata-get (completion-metadata "" (nth 2 eglots) nil) 'display-sort-function)))
    (let* ((beginning (copy-marker (car region)))
           (end (copy-marker (cdr region) t))
           (typed (mapcar (lambda (choice)
                            (let ((item (specthis-eglot--choice choice)))
                              (propertize (copy-sequence (or (plist-get item :filterText) choice))
                                          'eglot--lsp-item item)))
                          choices)))
      (append
       (list (car region) (point)
             (lambda (text wanted action)
               (if (eq action 'metadata)
                   `(metadata (category . eglot) (display-sort-function . ,sorted))
                 (complete-with-action action typed text wanted)))
             :exit-function
             (lambda (choice status)
               (when (memq status '(finished exact))
                 (specthis-eglot--write (seq-find (lambda (one) (string= one choice)) typed) beginning end))))
       (nthcdr 3 eglots)))))

(defun specthis-eglot--complete ()
  "Have the key of completion complete in this buffer.
In text modes before Emacs 30 a speller sits on it."
  (when (fboundp 'eglot--snippet-expansion-fn) ; else this Eglot is none that we know, and completes by itself
    (add-hook 'completion-at-point-functions #'specthis-eglot--completion-at-point -50 t))
  (let ((keys (make-sparse-keymap)))
    (set-keymap-parent keys (current-local-map))
    (define-key keys [remap ispell-complete-word] #'completion-at-point)
    (use-local-map keys)))

(defun specthis-eglot--save-others (&rest _)
  "Offer to save the files that our server knows from disk alone, as scripts.
Eglot tells it of those buffers that it manages, and of no other: what one
renaming has edited there, and nobody saved, the next one would not see."
  (when-let ((server (and (memq major-mode specthis-eglot-modes) (eglot-current-server)))
             (root (specthis-eglot-root)))
    (save-some-buffers nil (lambda ()
                             (and buffer-file-name
                                  (file-in-directory-p buffer-file-name root)
                                  (not (eq (eglot-current-server) server)))))))

(advice-add 'eglot-rename :before #'specthis-eglot--save-others)

(defclass specthis-eglot-server (eglot-lsp-server) ()
  :documentation "A server whose findings are listed as long as they are there.")

(cl-defmethod eglot-handle-notification :around
  ((server specthis-eglot-server) (_method (eql 'textDocument/publishDiagnostics)) &key uri &allow-other-keys)
  "List each finding of SERVER in the file of URI as long as it is there.
What Eglot listed of a file before somebody visited it would stay for ever.
Of a file that is visited, but that Eglot does not manage, as a script,
nothing would be listed; so nobody visits it, as far as Eglot is told."
  (let* ((path (expand-file-name (if (fboundp 'eglot-uri-to-path) (eglot-uri-to-path uri) (eglot--uri-to-path uri))))
         (buffer (find-buffer-visiting path)))
    (setq flymake-list-only-diagnostics (assoc-delete-all path flymake-list-only-diagnostics #'string=))
    (if (and buffer (not (eq server (with-current-buffer buffer (eglot-current-server)))))
        (cl-letf (((symbol-function 'find-buffer-visiting) #'ignore)) (cl-call-next-method))
      (cl-call-next-method))))

(declare-function markdown-imenu-create-flat-index "markdown-mode")

(defun specthis-eglot--index ()
  "Have `imenu' list headings and entries one below the other.
Eglot files them by kind, each kind by what they lie in."
  (setq-local eglot-stay-out-of (cons 'imenu eglot-stay-out-of))
  (when (derived-mode-p 'markdown-mode)
    (setq-local imenu-create-index-function #'markdown-imenu-create-flat-index)))

;;;###autoload
(defun specthis-eglot-ensure ()
  "Let Eglot start specthis-lsp for this buffer if it lies in a specthis project.
For hooks of major modes.  The choice is the buffer's own: elsewhere
`eglot-server-programs' stays as it is."
  (interactive)
  (when (and buffer-file-name (specthis-eglot-root))
    (setq-local eglot-server-programs
                (cons (cons specthis-eglot-modes (cons 'specthis-eglot-server specthis-eglot-command))
                      (default-value 'eglot-server-programs)))
    (add-hook 'project-find-functions #'specthis-eglot--project 90 t)
    (specthis-eglot--complete)
    (specthis-eglot--index)
    (eglot-ensure)))

;;;###autoload
(defun specthis-eglot-check ()
  "List what is found in the saved files of the whole project, as in CI.
`next-error' goes from one to the next.  What Eglot shows of text that is
not saved is listed by `flymake-show-project-diagnostics'."
  (interactive)
  (let* ((default-directory (or (specthis-eglot-root)
                                (user-error "No specs folder and no specthis.toml here or above")))
         (command (append (remove "--stdio" specthis-eglot-command)
                          '("--check" "--output-format" "concise"))))
    (compilation-start (mapconcat #'shell-quote-argument command " ")
                       nil (lambda (_mode) "*specthis*"))))

;;;###autoload
(defun specthis-eglot-debug ()
  "Show how the server stands: what belongs into a report of a defect."
  (interactive)
  (let* ((server (or (eglot-current-server) (user-error "No server looks after this buffer")))
         (text (jsonrpc-request server :workspace/executeCommand
                                '(:command "specthis.showDebugInformation"))))
    (with-help-window "*specthis debug*"
      (princ text))))

(provide 'specthis-eglot)
;;; specthis-eglot.el ends here
